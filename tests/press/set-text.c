/* Sets a text file in a template's param "story" and writes the PDF:
 *
 *   set-text FONTS-CONF TEMPLATE LANG TEXT PDF
 *
 * On standard output: every note, and the display lists. */
#include "press/studio.h"

#include "base/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
read_text(const char *path, struct buf *out)
{
    char bytes[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        exit(99);
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        buf_add(out, bytes, n);
    fclose(file);
}

static void
put_escaped(struct buf *out, const struct buf *text)
{
    for (size_t i = 0; i < text->n; i++)
        switch (text->p[i]) {
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '&':
            buf_puts(out, "&amp;");
            break;
        default:
            buf_add(out, &text->p[i], 1);
        }
}

static void
write_file(const char *path, const struct sheet *sheet)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(sheet->bytes, 1, sheet->size, file) != sheet->size ||
        fclose(file) != 0)
        exit(99);
}

int
main(int argc, char **argv)
{
    BUF_AUTO struct buf text = {0}, values = {0}, bytes = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct notes notes = {0};
    struct studio studio = {0};
    struct sheet sheet;
    if (argc != 6)
        return 99;
    char *dir = realpath(argv[2], NULL);
    char *path = dir ? strdup(dir) : NULL;
    if (!path)
        return 99;
    *strrchr(dir, '/') = '\0';
    const char *const dirs[] = {dir, NULL};
    const struct pages_settings settings = {argv[1], dirs};
    read_text(argv[4], &text);
    buf_printf(&values,
               "<values xmlns='urn:tuck:values:1' lang='%s'>"
               "<v name='story' type='text'>",
               argv[3]);
    put_escaped(&values, &text);
    buf_puts(&values, "</v></values>");
    const struct press_piece piece = {path, values.p, values.n, NULL, NULL, argv[3]};
    const struct press_job job = {.format = SHEET_PDF,
                                  .title = "text",
                                  .pieces = &piece,
                                  .piece_count = 1,
                                  .wants_dump = true};
    enum status status = studio_open(&studio, &settings, &notes);
    if (status == STATUS_OK)
        status = studio_make(&studio, &job, arena, &notes, &bytes, &sheet);
    for (size_t i = 0; i < notes.count; i++)
        printf("note %d: %s\n", (int)notes.note[i].id, notes.note[i].text);
    if (status == STATUS_OK) {
        fputs(sheet.dump, stdout);
        write_file(argv[5], &sheet);
    }
    studio_close(&studio);
    free(path);
    free(dir);
    return status == STATUS_OK ? 0 : 1;
}
