"""Stream of events by which an open page learns within a second that its figures changed.

One watcher in each process looks for new changes while there are listeners, and hands them to every
listener. A page holds neither a database connection nor a thread, only a small queue.

    event: change
    id: 1234                                    the newest change it covers
    data: {"units": ["VT.26506", "VT"], "moment": "2026-10-10T10:32:05+07:00"}

`units` are the changed units and all above them. A listener that was away sends the id of the last
event it saw (`Last-Event-ID`, or `?tu=` the first time) and gets the events it missed. `reset`
tells that too many were missed to list: read the page again.
"""
