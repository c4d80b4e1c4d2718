//! nginx with nchan.

use std::path::Path;
use std::process::Command;

use super::{Place, Restartable, find_or_skip};
use crate::requirement;

/// Where Debian has it.
const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";

/// Starts nginx with a channel: POST to `/publish`, streams of it at `/events`. Says that `test` is
/// skipped if nginx or the module is missing.
///
/// # Panics
///
/// If it is missing and required: see [`requirement::skip`]; and as
/// [`Server::start`](super::Server::start).
pub fn nchan_or_skip(test: &str) -> Option<Restartable> {
    let nginx = find_or_skip(test, "nginx")?;
    if !Path::new(MODULE).is_file() {
        requirement::skip(test, "nchan", "nginx has no nchan");
        return None;
    }
    Some(Restartable::start("nginx", move |place| {
        let file = place.write("nginx.conf", &configuration(place));
        let mut command = Command::new(&nginx);
        command.arg("-p").arg(place.directory());
        command.args(["-e", "stderr", "-c"]).arg(file);
        command
    }))
}

fn configuration(place: &Place) -> String {
    let (files, address) = (place.directory().display(), place.address());
    format!(
        "load_module {MODULE};
         daemon off;
         worker_processes 1;
         pid {files}/nginx.pid;
         events {{}}
         http {{
             access_log off;
             client_body_temp_path {files}/body;
             proxy_temp_path {files}/proxy;
             fastcgi_temp_path {files}/fastcgi;
             uwsgi_temp_path {files}/uwsgi;
             scgi_temp_path {files}/scgi;
             server {{
                 listen {address};
                 nchan_channel_id numbers;
                 location = /publish {{
                     nchan_publisher;
                     nchan_message_buffer_length 1000;
                     nchan_message_timeout 1h;
                 }}
                 location = /events {{
                     nchan_subscriber eventsource;
                     nchan_subscriber_first_message oldest;
                     nchan_eventsource_ping_interval 1;
                 }}
             }}
         }}\n"
    )
}
