# Makes tuck-facts.5 from two files: the table of facts (fact-list.h) and the page around
# it (tuck-facts.5.in), whose line @FACTS@ becomes a subsection for each group of facts.
# Usage: awk -f ../base/list-man.awk -f fact-man.awk fact-list.h tuck-facts.5.in

file == 1 && /^FACT\(/ {
    read_call()
    next_argument()
    name = next_argument()
    type = tolower(next_argument())
    unit = next_argument()
    values = next_argument()
    meaning = next_argument()
    if (name == "" || meaning == "" || rest !~ /^\)$/)
        refuse_line()
    text = prose(meaning)
    if (values != "NULL") {
        count = split(values, value, " ")
        text = text "One of\n"
        for (i = 1; i <= count; i++)
            text = text ".Ql " code(value[i]) (i < count ? " ,\n" : " .\n")
    }
    add_item("Va $" code(name) " Pq " type (unit == "" ? "" : ", " code(unit)), text)
}
