"""A small window from which files are dragged, as from a file manager: `drag_source.py FILE…`.

What has a scheme is a link, as from a browser.

Prints `READY x y` (where to press the mouse button), `BEGIN`, `TAKEN` when the window under the
mouse takes the files, and `END dropped` or `END given up`.
"""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402


def say(*words):
    print(*words, flush=True)


class Source(Gtk.Window):
    """At the lower edge of the display, above all others, and without a frame."""

    WIDTH, HEIGHT = 120, 40

    def __init__(self, files):
        super().__init__(title="Files")
        self.links = [
            file if "://" in file else pathlib.Path(file).absolute().as_uri()
            for file in files
        ]
        self.sent = False
        handle = Gtk.EventBox()
        handle.add(Gtk.Label(label=f"{len(files)} files"))
        handle.drag_source_set(
            Gdk.ModifierType.BUTTON1_MASK,
            [Gtk.TargetEntry.new("text/uri-list", 0, 0)],
            Gdk.DragAction.COPY,
        )
        handle.connect("drag-begin", self.begin)
        handle.connect("drag-data-get", self.give)
        handle.connect("drag-failed", self.fail)
        handle.connect("drag-end", self.end)
        self.add(handle)
        self.set_decorated(False)
        self.set_keep_above(True)
        self.set_default_size(self.WIDTH, self.HEIGHT)
        self.connect("map-event", self.ready)

    def ready(self, *_):
        root = self.get_screen().get_root_window()
        x = root.get_width() - 2 * self.WIDTH
        y = root.get_height() - self.HEIGHT - 10
        if self.get_position() != (x, y):
            # The answer comes as another event, after which this is asked again.
            self.connect("configure-event", self.placed, (x, y))
            self.move(x, y)

    def placed(self, _window, event, place):
        if (event.x, event.y) == place and not self.sent:
            self.disconnect_by_func(self.placed)
            say("READY", event.x + self.WIDTH // 2, event.y + self.HEIGHT // 2)

    def begin(self, _handle, context):
        context.connect("action-changed", self.answered)
        say("BEGIN")

    def answered(self, _context, action):
        if action & Gdk.DragAction.COPY:
            say("TAKEN")

    def give(self, _handle, _context, data, _kind, _time):
        data.set_uris(self.links)

    def fail(self, *_):
        self.failed = True
        return False

    failed = False

    def end(self, *_):
        say("END", "given up" if self.failed else "dropped")
        Gtk.main_quit()


Source(sys.argv[1:]).show_all()
Gtk.main()
