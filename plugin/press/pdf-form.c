/* From cairo's file to a form: the page's contents become the form's stream, what the
 * page's resources lead to comes along, everything gets new, dense numbers.
 *
 * References are found token by token in dictionaries, never inside streams. The page's
 * transparency group is left behind: on an opaque page it changes nothing, and presses
 * are quicker without. */
#include "press/pdf-form.h"

#include "base/arena.h"
#include "base/text.h"
#include "press/pdf-read.h"

#include <stdlib.h>
#include <string.h>

struct making {
    struct pdf_file file;
    struct arena *scratch;
    uint32_t *local_of; /* by the file's number; 0: not met yet */
    size_t *number_of;  /* by local number */
    uint32_t local_count;
    struct pdf_form *form;
};

static uint32_t
meet(struct making *making, size_t number)
{
    if (pdf_object(&making->file, number).p == NULL)
        return 0;
    if (making->local_of[number] == 0) {
        making->local_of[number] = ++making->local_count;
        making->number_of[making->local_count] = number;
    }
    return making->local_of[number];
}

/* A text of dictionaries on its way from the file to the form. */
struct copying {
    struct buf *out;
    struct pdf_hole *holes;
    size_t hole_count, hole_room;
    const uint8_t *done;   /* copied so far */
    struct pdf_span *keys; /* met since the last "<<" with a reference as value */
    size_t key_count, key_room;
    struct arena *scratch;
};

/* cairo names a drawing in the resources each time it is painted; a dictionary must have
 * a key once. */
static bool
was_met(struct copying *copying, struct pdf_span key, enum status *status)
{
    for (size_t i = 0; i < copying->key_count; i++) {
        const struct pdf_span *met = &copying->keys[i];
        if (met->end - met->p == key.end - key.p &&
            memcmp(met->p, key.p, (size_t)(key.end - key.p)) == 0)
            return true;
    }
    struct pdf_span *slot =
        arena_append(copying->scratch, &copying->keys, &copying->key_count,
                     &copying->key_room, sizeof *slot);
    if (slot)
        *slot = key;
    else
        *status = STATUS_NO_MEMORY;
    return false;
}

static enum status
dig_hole(struct making *making, struct copying *copying, size_t number,
         struct pdf_span ref)
{
    uint32_t local = meet(making, number);
    if (local == 0)
        return STATUS_BUG;
    buf_add(copying->out, copying->done, (size_t)(ref.p - copying->done));
    struct pdf_hole *hole =
        arena_append(making->form->arena, &copying->holes, &copying->hole_count,
                     &copying->hole_room, sizeof *hole);
    if (hole == NULL)
        return STATUS_NO_MEMORY;
    *hole = (struct pdf_hole){copying->out->n, local};
    return STATUS_OK;
}

/* Copies text of a dictionary, leaving a hole for each "N 0 R". */
static enum status
copy_with_holes(struct making *making, struct pdf_span text, struct copying *copying)
{
    struct pdf_span token, name = {NULL, NULL};
    const uint8_t *p = text.p;
    enum status status = STATUS_OK;
    copying->done = text.p;
    while (status == STATUS_OK && pdf_token(&p, text.end, &token)) {
        struct pdf_span rest = {token.p, text.end};
        size_t number = pdf_ref(rest);
        if (pdf_is(token, "<<"))
            copying->key_count = 0;
        if (number == 0) {
            name = token.p[0] == '/' ? token : (struct pdf_span){NULL, NULL};
            continue;
        }
        pdf_token(&p, text.end, &token);
        pdf_token(&p, text.end, &token);
        if (name.p && was_met(copying, name, &status))
            buf_add(copying->out, copying->done, (size_t)(name.p - copying->done));
        else
            status = dig_hole(making, copying, number, rest);
        copying->done = p;
        name.p = NULL;
    }
    buf_add(copying->out, copying->done, (size_t)(text.end - copying->done));
    return status;
}

/* `tail` is copied as it stands: a stream and its keywords. */
static enum status
add_part(struct making *making, const char *opening, struct pdf_span text,
         const char *closing, struct pdf_span tail)
{
    BUF_AUTO struct buf out = {0};
    struct pdf_form *form = making->form;
    struct copying copying = {.out = &out, .scratch = making->scratch};
    buf_puts(&out, opening);
    enum status status = copy_with_holes(making, text, &copying);
    if (status != STATUS_OK)
        return status;
    buf_puts(&out, closing);
    buf_add(&out, tail.p, (size_t)(tail.end - tail.p));
    uint8_t *bytes = out.failed ? NULL : (uint8_t *)arena_copy(form->arena, out.p, out.n);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    form->parts[form->part_count++] =
        (struct pdf_part){bytes, out.n, copying.holes, copying.hole_count};
    return STATUS_OK;
}

static struct pdf_span
trim_end(struct pdf_span span)
{
    while (span.end > span.p && (span.end[-1] == '\n' || span.end[-1] == ' '))
        span.end--;
    return span;
}

static enum status
add_object(struct making *making, size_t number)
{
    struct pdf_span object = pdf_object(&making->file, number);
    struct pdf_span head = pdf_head(object);
    if (head.p == NULL)
        return STATUS_BUG;
    struct pdf_span tail = trim_end((struct pdf_span){head.end, object.end});
    return add_part(making, "\n", head, "", tail);
}

/* The page itself: its contents with its resources, its box as the form's. */
static enum status
add_page(struct making *making, struct pdf_span page)
{
    const struct pdf_file *file = &making->file;
    size_t length;
    struct pdf_span resources = pdf_find(page, "/Resources"), token;
    struct pdf_span box = pdf_find(page, "/MediaBox");
    struct pdf_span contents = pdf_object(file, pdf_ref(pdf_find(page, "/Contents")));
    struct pdf_span head = pdf_head(contents), filter = pdf_find(head, "/Filter");
    if (resources.p == NULL || box.p == NULL ||
        !pdf_length(file, pdf_find(head, "/Length"), &length))
        return STATUS_BUG;
    struct pdf_span stream = pdf_stream(contents, length);
    double side[4];
    const uint8_t *p = box.p + 1;
    for (int i = 0; i < 4; i++)
        if (!pdf_token(&p, box.end, &token) || !pdf_number(token, &side[i]))
            return STATUS_BUG;
    if (stream.p == NULL)
        return STATUS_BUG;
    making->form->width = side[2] - side[0];
    making->form->height = side[3] - side[1];
    char *opening = arena_printf(
        making->scratch,
        "\n<< /Type /XObject /Subtype /Form /FormType 1 /BBox %.*s\n/Length %zu%s%.*s"
        "\n/Resources ",
        (int)(box.end - box.p), (const char *)box.p, length, filter.p ? " /Filter " : "",
        filter.p ? (int)(filter.end - filter.p) : 0,
        filter.p ? (const char *)filter.p : "");
    if (opening == NULL)
        return STATUS_NO_MEMORY;
    BUF_AUTO struct buf tail = {0};
    buf_puts(&tail, "\nstream\n");
    buf_add(&tail, stream.p, length);
    buf_puts(&tail, "\nendstream");
    if (tail.failed)
        return STATUS_NO_MEMORY;
    const uint8_t *from = (const uint8_t *)tail.p;
    return add_part(making, opening, resources, " >>",
                    (struct pdf_span){from, from + tail.n});
}

static enum status
make_parts(struct making *making)
{
    const struct pdf_file *file = &making->file;
    struct pdf_span root = pdf_object(file, pdf_ref(pdf_find(file->trailer, "/Root")));
    struct pdf_span tree = pdf_object(file, pdf_ref(pdf_find(root, "/Pages")));
    struct pdf_span kids = pdf_find(tree, "/Kids");
    if (kids.p == NULL)
        return STATUS_BUG;
    struct pdf_span first = {kids.p + 1, kids.end};
    struct pdf_span page = pdf_object(file, pdf_ref(first));
    making->local_of =
        arena_make_array(making->scratch, file->count, sizeof *making->local_of);
    making->number_of =
        arena_make_array(making->scratch, file->count + 1, sizeof *making->number_of);
    making->form->parts = arena_make_array(making->form->arena, file->count + 1,
                                           sizeof *making->form->parts);
    if (making->local_of == NULL || making->number_of == NULL ||
        making->form->parts == NULL)
        return STATUS_NO_MEMORY;
    enum status status = page.p ? add_page(making, page) : STATUS_BUG;
    for (uint32_t i = 1; status == STATUS_OK && i <= making->local_count; i++)
        status = add_object(making, making->number_of[i]);
    return status;
}

enum status
pdf_form_make(const uint8_t *bytes, size_t n, struct pdf_form **ret)
{
    static uint64_t last_serial;
    ARENA_AUTO struct arena *scratch = arena_new(0);
    ARENA_AUTO struct arena *arena = arena_new(0);
    if (scratch == NULL || arena == NULL)
        return STATUS_NO_MEMORY;
    struct making making = {.scratch = scratch,
                            .form = arena_make(arena, sizeof *making.form)};
    if (making.form == NULL)
        return STATUS_NO_MEMORY;
    making.form->arena = arena;
    making.form->serial = ++last_serial;
    enum status status = pdf_read(bytes, n, scratch, &making.file);
    if (status == STATUS_OK)
        status = make_parts(&making);
    if (status != STATUS_OK)
        return status == STATUS_BAD_INPUT ? STATUS_BUG : status;
    making.form->size = arena_size(arena);
    arena = NULL; /* the form's own now */
    *ret = making.form;
    return STATUS_OK;
}

void
pdf_form_free(struct pdf_form *form)
{
    if (form)
        arena_free(form->arena);
}
