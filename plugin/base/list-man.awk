# What the makers of man pages out of lists share: reading a line NAME("text", WORD, …) and
# writing mdoc.

# Reads a call that begins on this line up to the line that ends it, into `rest`.
function read_call(    more) {
    rest = $0
    while (rest !~ /\)$/ && (getline more) > 0)
        rest = rest " " more
    sub(/^[A-Z]+\(/, "", rest)
}

# Takes the next argument of the call off `rest`: a word, or a string without its quotes,
# of which those that stand side by side are one.
function next_argument(    at, argument) {
    sub(/^[ \t,]+/, "", rest)
    if (rest !~ /^"/) {
        match(rest, /^[^,)]*/)
        argument = substr(rest, 1, RLENGTH)
        rest = substr(rest, RLENGTH + 1)
        return argument
    }
    while (rest ~ /^[ \t]*"/) {
        sub(/^[ \t]*"/, "", rest)
        at = index(rest, "\"")
        if (at == 0)
            refuse_line()
        argument = argument substr(rest, 1, at - 1)
        rest = substr(rest, at + 1)
    }
    return argument
}

function escaped(text) {
    gsub(/\\/, "\\e", text)
    return text
}

# Names stand in expressions, so their hyphens have to stay hyphens when copied.
function code(text) {
    gsub(/-/, "\\-", text)
    return text
}

# A sentence a line, broken before 78 columns; no line begins with a macro's dot.
function prose(text,    word, count, i, line, out) {
    count = split(escaped(text), word, " ")
    for (i = 1; i <= count; i++) {
        if (line != "" && length(line) + 1 + length(word[i]) > 78) {
            out = out line "\n"
            line = ""
        }
        if (line == "" && word[i] ~ /^[.']/)
            word[i] = "\\&" word[i]
        line = line (line == "" ? "" : " ") word[i]
        if (word[i] ~ /\.$/) {
            out = out line "\n"
            line = ""
        }
    }
    return out (line == "" ? "" : line "\n")
}

# Begins a subsection with a list, named after the comment on the line.
function open_group(    title) {
    close_group()
    title = $0
    sub(/^\/\* /, "", title)
    sub(/ \*\/$/, "", title)
    group = ".Ss " toupper(substr(title, 1, 1)) substr(title, 2) "\n"
}

# An item of the list; the list begins with its first one, so an empty group is no section.
function add_item(item, text) {
    if (group != "") {
        page = page group ".Bl -tag -width Ds\n"
        group = ""
        is_listing = 1
    }
    page = page ".It " item "\n" text
    item_count++
}

function close_group() {
    if (is_listing)
        page = page ".El\n"
    is_listing = 0
    group = ""
}

function refuse_line() {
    print FILENAME ":" FNR ": not a line of the list" > "/dev/stderr"
    is_wrong = 1
    exit 1
}

# The first file is the list, the second the page around it.
FNR == 1 { file++ }

file == 1 && /^\/\* .* \*\/$/ { open_group() }

file == 2 && /^@[A-Z]+@$/ {
    close_group()
    printf "%s", page
    next
}

file == 2

END {
    if (is_wrong || item_count == 0)
        exit 1
}
