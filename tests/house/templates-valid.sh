#!/bin/sh
# Every template and theme keeps to the schema, every picture it names exists, is well
# formed and self-contained, and everything in templates/ is registered to be installed.
: "${srcdir:=.}"
command -v xmllint >/dev/null 2>&1 || exit 77
dir=$srcdir/templates
bad=0
fail() {
    echo "$*" >&2
    bad=1
}

count=0
for file in "$dir"/*.xml "$dir"/*/template.xml; do
    count=$((count + 1))
    xmllint --noout --nonet --relaxng "$dir/template.rng" "$file" >/dev/null 2>&1 || {
        xmllint --noout --nonet --relaxng "$dir/template.rng" "$file" >&2
        fail "$file: not as template.rnc says"
    }
    here=$(dirname "$file")
    folder=$(basename "$here")
    name=$(sed -n 's/.* name="\([a-z0-9-]*\)" title=.*/\1/p' "$file" | head -n 1)
    [ "$folder" = templates ] || [ "$folder" = "$name" ] ||
        fail "$file: its name is not its folder's"
    for href in $(sed -n 's/.*href="\([^"]*\)".*/\1/p' "$file"); do
        # a hole in a picture's name stands for any word: at least one picture must match
        pattern=$(printf '%s' "$href" | sed 's/{[^}]*}/*/g')
        set -- "$here"/$pattern
        [ -e "$1" ] || fail "$file: there is no $href"
    done
    for style in $(grep -o 'style="[^"]*"' "$file" | sed 's/.*="\(.*\)"/\1/' | sort -u); do
        grep -q "<style name=\"$style\"" "$file" "$dir"/*.xml ||
            fail "$file: there is no style $style"
    done
done
[ "$count" -ge 5 ] || fail "only $count templates in $dir"

for file in "$dir"/art/*.svg "$dir"/*/*.svg; do
    [ -e "$file" ] || continue
    xmllint --noout --nonet "$file" || fail "$file: not well formed"
    if grep -qE '<(script|image|foreignObject|text)|href=' "$file"; then
        fail "$file: a picture holds shapes only"
    fi
done

# a label printer has black alone
for file in "$dir"/art/*-line.svg "$dir"/art/*-black.svg "$dir"/art/*-white.svg \
    "$dir"/art/ruler-*.svg; do
    if grep -oE '#[0-9A-Fa-f]{3,6}|rgb\(|opacity' "$file" |
        grep -qvE '^#(000|fff|000000|[Ff]{6})$'; then
        fail "$file: thermal paper shows black and nothing else"
    fi
done

for file in "$dir"/*.xml "$dir"/*/template.xml "$dir"/*/*.svg; do
    name=templates/${file#"$dir"/}
    grep -qE "(^|[[:space:]])$name([[:space:]]|\$)" "$dir/local.mk" ||
        fail "$name: not in templates/local.mk"
done
exit $bad
