# Makes tuck-notes.5 from two files: the registry of notes (note-list.h) and the page around
# it (tuck-notes.5.in), whose line @NOTES@ becomes a subsection for each room.
# Usage: awk -f list-man.awk -f note-man.awk note-list.h tuck-notes.5.in

file == 1 && /^NOTE\(/ {
    read_call()
    number = next_argument()
    symbol = next_argument()
    room = next_argument()
    level = tolower(next_argument())
    summary = next_argument()
    sub(/^note_/, "", level)
    if (number !~ /^[0-9]+$/ || room == "" || summary == "" || rest !~ /^\)$/)
        refuse_line()
    if (number + 0 <= last_number)
        refuse_line()
    last_number = number + 0
    add_item("Sy " number " Pq " level, prose(summary))
}
