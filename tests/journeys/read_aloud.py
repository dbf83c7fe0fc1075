"""What a screen reader finds in a program: `read_aloud.py PROCESS-ID NAME…`.

Prints `ROLE<tab>NAME` for the first thing in the program's accessibility tree whose name contains
each NAME, in their order, as soon as all are there; ends with 1 if some are not there in time.
The tree is looked through again at each event of the program.
"""

import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE_IN_SECONDS = 30


def programs(process):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(index)
        if program is not None and program.get_process_id() == process:
            yield program


def everything(thing):
    yield thing
    for index in range(thing.get_child_count()):
        child = thing.get_child_at_index(index)
        if child is not None:
            yield from everything(child)


def look(process, names):
    """The first thing for each name; none for those that are not there."""
    found = dict.fromkeys(names)
    for program in programs(process):
        try:
            for thing in everything(program):
                spoken = (thing.get_name() or "").strip()
                for name in names:
                    if found[name] is None and name in spoken:
                        found[name] = f"{thing.get_role_name()}\t{spoken}"
        except GLib.Error:
            # Something went while it was looked at; its going is an event, too.
            continue
    return found


def main():
    process, names = int(sys.argv[1]), sys.argv[2:]
    loop = GLib.MainLoop()
    found = {}

    def look_again(*_):
        nonlocal found
        found = look(process, names)
        if all(found.values()):
            loop.quit()
        return GLib.SOURCE_REMOVE

    Atspi.init()
    listener = Atspi.EventListener.new(look_again)
    for event in ("object:children-changed", "object:property-change", "object:state-changed", "window"):
        listener.register(event)
    GLib.idle_add(look_again)
    GLib.timeout_add_seconds(PATIENCE_IN_SECONDS, loop.quit)
    loop.run()
    for name in names:
        print(found.get(name) or f"missing\t{name}", flush=True)
    return 0 if all(found.values()) else 1


sys.exit(main())
