/* The press in good health: messages, PDF taken apart and put together, sheets made and
 * sheets refused. Workers that go wrong are in tests/fault/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "press/pdf-form.h"
#include "press/pdf-read.h"
#include "press/pdf-write.h"
#include "press/press.h"
#include "press/sheet-check.h"
#include "press/wire.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CREATED_S 1790925120 /* 2026-10-02T07:12:00Z */

static struct patience
within(int64_t ms)
{
    return (struct patience){clock_monotonic_ms() + ms, NULL};
}

/* ---- the wire ---- */

static void
open_wires(struct wire ends[2], const struct patience *patience)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(wire_init(&ends[i], pair[i], -1), STATUS_OK);
        ends[i].patience = patience;
    }
}

static void
close_wires(struct wire ends[2])
{
    for (int i = 0; i < 2; i++) {
        close(ends[i].fd);
        wire_done(&ends[i]);
    }
}

static void
a_message_of_any_length_arrives_whole(void **state)
{
    (void)state;
    /* 65,520 bytes fill a frame; all of these fit the socket's buffer at once. */
    static const size_t lengths[] = {0, 1, 65519, 65520, 65521, 131041};
    const struct patience patience = within(10000);
    struct wire ends[2];
    open_wires(ends, &patience);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        BUF_AUTO struct buf body = {0};
        uint8_t *bytes = malloc(lengths[i] + 1);
        for (size_t j = 0; j < lengths[i]; j++)
            bytes[j] = (uint8_t)(j * 7 + j / 251);
        enum wire_kind kind;
        uint64_t job;
        assert_int_equal(wire_send(&ends[0], WIRE_JOB, 40 + i, bytes, lengths[i]),
                         STATUS_OK);
        assert_int_equal(wire_receive(&ends[1], &kind, &job, &body), STATUS_OK);
        assert_int_equal(kind, WIRE_JOB);
        assert_int_equal(job, 40 + i);
        assert_int_equal(body.n, lengths[i]);
        assert_true(lengths[i] == 0 || memcmp(body.p, bytes, lengths[i]) == 0);
        free(bytes);
    }
    close_wires(ends);
}

static void
frames_of_two_messages_never_become_one(void **state)
{
    (void)state;
    const struct patience patience = within(10000);
    struct {
        uint32_t magic;
        uint16_t kind, is_last;
        uint64_t job;
    } head = {0x4b435554, WIRE_ANSWER, 0, 7};
    struct wire ends[2];
    BUF_AUTO struct buf body = {0};
    enum wire_kind kind;
    uint64_t job;
    open_wires(ends, &patience);
    assert_int_equal(send(ends[0].fd, &head, sizeof head, 0), sizeof head);
    head.job = 8;
    assert_int_equal(send(ends[0].fd, &head, sizeof head, 0), sizeof head);
    assert_int_equal(wire_receive(&ends[1], &kind, &job, &body), STATUS_BUG);
    assert_int_equal(send(ends[0].fd, "rubbish that is no frame", 24, 0), 24);
    assert_int_equal(wire_receive(&ends[1], &kind, &job, &body), STATUS_BUG);
    close_wires(ends);
}

static void
a_silent_or_closed_peer_is_told_apart(void **state)
{
    (void)state;
    struct patience patience = within(30);
    struct wire ends[2];
    BUF_AUTO struct buf body = {0};
    enum wire_kind kind;
    uint64_t job;
    open_wires(ends, &patience);
    assert_int_equal(wire_receive(&ends[1], &kind, &job, &body), STATUS_RETRY);
    const volatile int32_t cancel = 1;
    patience = (struct patience){clock_monotonic_ms() + 10000, &cancel};
    assert_int_equal(wire_receive(&ends[1], &kind, &job, &body), STATUS_CANCELLED);
    patience = within(10000);
    shutdown(ends[0].fd, SHUT_RDWR);
    assert_int_equal(wire_receive(&ends[1], &kind, &job, &body), STATUS_OUTSIDE);
    assert_int_equal(wire_send(&ends[1], WIRE_JOB, 1, "x", 1), STATUS_OUTSIDE);
    close_wires(ends);
}

static struct press_job
sample_job(const struct press_piece *piece)
{
    return (struct press_job){.format = SHEET_PDF,
                              .dpi = 203,
                              .created_s = CREATED_S,
                              .title = "Tee für Noa",
                              .pieces = piece,
                              .piece_count = 1,
                              .wants_dump = true};
}

static void
a_job_is_read_as_it_was_written_and_no_part_of_it_is(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf buf = {0};
    const struct press_piece piece = {"/t/a.xml", "<v/>", 4, "Caption", NULL, "fa"};
    const struct press_job job = sample_job(&piece);
    struct press_job read;
    int64_t left;
    wire_put_job(&buf, &job, 1234);
    struct wire_reader reader = {(const uint8_t *)buf.p, buf.n, false};
    assert_int_equal(wire_get_job(&reader, arena, &read, &left), STATUS_OK);
    assert_int_equal(left, 1234);
    assert_int_equal(read.dpi, 203);
    assert_int_equal(read.created_s, CREATED_S);
    assert_string_equal(read.title, "Tee für Noa");
    assert_true(read.wants_dump && !read.is_contact_sheet && !read.no_bleed);
    assert_string_equal(read.pieces[0].template_path, "/t/a.xml");
    assert_memory_equal(read.pieces[0].values, "<v/>", 4);
    assert_null(read.pieces[0].detail);
    for (size_t n = 0; n < buf.n; n++) {
        uint8_t *part = malloc(n + 1);
        memcpy(part, buf.p, n);
        reader = (struct wire_reader){part, n, false};
        assert_int_equal(wire_get_job(&reader, arena, &read, &left), STATUS_BUG);
        free(part);
    }
}

static void
an_answer_with_lies_in_it_is_refused(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf buf = {0};
    const struct notes none = {.count = 0};
    struct notes notes = {.count = 0};
    struct wire_answer answer = {.status = STATUS_OK,
                                 .rss_kb = 5,
                                 .sheet = {SHEET_PDF, (const uint8_t *)"PDF", 3, 1, 10500,
                                           14800, NULL}},
                       read;
    wire_put_answer(&buf, &answer, &none);
    struct wire_reader reader = {(const uint8_t *)buf.p, buf.n, false};
    assert_int_equal(wire_get_answer(&reader, arena, &notes, &read), STATUS_OK);
    assert_memory_equal(read.sheet.bytes, "PDF", 3);
    /* Each number in turn is made enormous: lengths, counts, status, format. */
    for (size_t at = 0; at + 8 <= buf.n; at += 8) {
        int64_t kept, huge = INT64_MAX - 7;
        memcpy(&kept, buf.p + at, 8);
        memcpy(buf.p + at, &huge, 8);
        reader = (struct wire_reader){(const uint8_t *)buf.p, buf.n, false};
        enum status status = wire_get_answer(&reader, arena, &notes, &read);
        assert_true(status == STATUS_BUG || at == 8); /* rss may be anything */
        memcpy(buf.p + at, &kept, 8);
    }
}

static void
a_note_travels_with_its_place(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf buf = {0};
    struct notes sent = {.count = 0}, got = {.count = 0};
    struct wire_answer answer = {.status = STATUS_BAD_INPUT}, read;
    note_add(&sent, NOTE_ART_BROKEN, "/shop/art/fern.svg", 12, "100 %% broken");
    wire_put_answer(&buf, &answer, &sent);
    struct wire_reader reader = {(const uint8_t *)buf.p, buf.n, false};
    assert_int_equal(wire_get_answer(&reader, arena, &got, &read), STATUS_OK);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.note[0].id, NOTE_ART_BROKEN);
    assert_int_equal(got.note[0].line, 12);
    assert_string_equal(got.note[0].text, "100 % broken");
    assert_string_equal(got.note[0].file, sent.note[0].file);
}

/* ---- PDF taken apart and put together ---- */

static cairo_status_t
write_to_buf(void *data, const unsigned char *bytes, unsigned n)
{
    buf_add(data, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

/* A drawing painted twice (its name stands twice in cairo's resources), an alpha, words.
 */
static void
draw_with_cairo(struct buf *out)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_to_buf, out, 200, 100);
    cairo_t *cr = cairo_create(surface);
    const cairo_rectangle_t extents = {0, 0, 20, 20};
    cairo_surface_t *tile =
        cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
    cairo_t *pen = cairo_create(tile);
    cairo_set_source_rgba(pen, 1, 0, 0, 0.5);
    cairo_rectangle(pen, 2, 2, 10, 10);
    cairo_fill(pen);
    cairo_destroy(pen);
    for (int i = 0; i < 3; i++) {
        cairo_set_source_surface(cr, tile, 20 * i, 0);
        cairo_paint(cr);
    }
    cairo_move_to(cr, 20, 60);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_show_text(cr, "kettle");
    cairo_surface_destroy(tile);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}

static void
assemble(struct buf *out, struct arena *arena, int pages)
{
    BUF_AUTO struct buf cairo = {0};
    struct pdf_form *form;
    struct pdf_writer writer;
    draw_with_cairo(&cairo);
    assert_int_equal(pdf_form_make((const uint8_t *)cairo.p, cairo.n, &form), STATUS_OK);
    assert_true(form->width == 200 && form->height == 100);
    pdf_begin(&writer, out, arena);
    for (int i = 0; i < pages; i++) {
        const struct pdf_placed placed[2] = {{pdf_add_form(&writer, form), 1, 0, 0, NULL},
                                             {pdf_add_form(&writer, form), 0.5, 10.25, -3,
                                              &(struct pdf_box){0, 0, 90, 90}}};
        const struct pdf_box all = {0, 0, 200, 100}, trim = {8.504, 8.504, 191.5, 91.5};
        const struct pdf_page page = {all, trim, all, placed, 2};
        pdf_add_page(&writer, &page);
    }
    const struct pdf_info info = {"Fern (& Kettle) \\ Tee", "de", CREATED_S};
    assert_int_equal(pdf_end(&writer, &info), STATUS_OK);
    pdf_form_free(form);
}

static void
keep(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void
an_assembled_pdf_is_sound(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf out = {0};
    struct pdf_file file;
    assemble(&out, arena, 2);
    assert_int_equal(pdf_read((const uint8_t *)out.p, out.n, arena, &file), STATUS_OK);
    struct pdf_span info = pdf_object(&file, pdf_ref(pdf_find(file.trailer, "/Info")));
    assert_true(pdf_is(pdf_find(info, "/CreationDate"), "(D:20261002071200Z)"));
    assert_true(pdf_is(pdf_find(info, "/Title"), "(Fern \\(& Kettle\\) \\\\ Tee)"));
    struct pdf_span root = pdf_object(&file, pdf_ref(pdf_find(file.trailer, "/Root")));
    assert_true(pdf_is(pdf_find(root, "/Lang"), "(de)"));
    if (system("command -v qpdf >/dev/null 2>&1") != 0)
        return; /* the independent eye is not installed; the rest was looked at above */
    keep("test-press.tmp", out.p, out.n);
    assert_int_equal(system("qpdf --check test-press.tmp >/dev/null 2>&1"), 0);
    remove("test-press.tmp");
}

static void
a_form_that_is_placed_often_is_written_once(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf one = {0}, ten = {0};
    assemble(&one, arena, 1);
    assemble(&ten, arena, 10);
    assert_true(ten.n < one.n + 9 * 600);
}

static void
the_same_drawing_gives_the_same_bytes(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf a = {0}, b = {0};
    assemble(&a, arena, 2);
    assemble(&b, arena, 2);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
}

static void
no_part_of_a_pdf_passes_for_one(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf out = {0};
    assemble(&out, arena, 1);
    while (out.n && out.p[out.n - 1] == '\n')
        out.n--;
    for (size_t n = 0; n < out.n; n++) {
        struct pdf_file file;
        uint8_t *part = malloc(n + 1);
        memcpy(part, out.p, n);
        assert_int_equal(pdf_read(part, n, arena, &file), STATUS_BAD_INPUT);
        free(part);
    }
}

/* ---- sheets, made by a worker with the stub's typesetter ---- */

static int
open_worker(const char *path, const char *fonts_conf, void **state)
{
    const char *dirs[] = {TEMPLATE_DIR, PICTURE_DIR, NULL};
    const struct press_settings settings = {
        .worker_path = path, .fonts_conf = fonts_conf, .read_dirs = dirs};
    const struct patience patience = within(20000);
    struct notes notes = {.count = 0};
    struct press *press;
    if (press_open(&settings, &patience, &notes, &press) != STATUS_OK)
        return -1;
    *state = press;
    return 0;
}

static int
open_press(void **state)
{
    return open_worker(STUB_PATH, NULL, state);
}

static int
close_press(void **state)
{
    press_close(*state);
    return 0;
}

static struct sheet
print(struct press *press, const struct press_job *job, struct arena *arena)
{
    const struct patience patience = within(20000);
    struct notes notes = {.count = 0};
    struct sheet sheet;
    assert_int_equal(press_make(press, job, &patience, arena, &notes, &sheet), STATUS_OK);
    assert_int_equal(notes.count, 0);
    return sheet;
}

static struct press_piece
piece_of(const char *commands)
{
    return (struct press_piece){.template_path = "/stub",
                                .values = commands,
                                .values_n = strlen(commands),
                                .caption = "A card",
                                .detail = "chosen by rank"};
}

#define CARD                                                                             \
    "art " TEMPLATE_DIR "/art/fern.svg\nplate-text Always\nsymbol\ntext Noa, office"

static void
a_piece_prints_the_same_bytes_on_every_worker(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece piece = piece_of(CARD);
    const struct press_job job = sample_job(&piece);
    void *other;
    struct sheet a = print(*state, &job, arena);
    struct sheet b = print(*state, &job, arena); /* the plate is from the shelf now */
    assert_int_equal(open_press(&other), 0);
    struct sheet c = print(other, &job, arena);
    close_press(&other);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.bytes, b.bytes, a.size);
    assert_int_equal(a.size, c.size);
    assert_memory_equal(a.bytes, c.bytes, a.size);
    assert_int_equal(a.width_mm100, 10500);
    assert_int_equal(a.height_mm100, 14800);
    assert_non_null(a.dump);
}

#define SAID_MAX ((size_t)256 << 10)

/* What `program` says of the sheet, or NULL where it is not installed. */
static char *
ask(const char *program, const char *options, const struct sheet *sheet,
    struct arena *arena)
{
    char command[256];
    char *said = arena_make(arena, SAID_MAX);
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    if (system(command) != 0)
        return NULL;
    keep("test-press.tmp", sheet->bytes, sheet->size);
    snprintf(command, sizeof command, "%s %s 2>&1", program, options);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    said[fread(said, 1, SAID_MAX - 1, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
    remove("test-press.tmp");
    return said;
}

static void
a_piece_is_a_pdf_in_other_eyes_too(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece pieces[2] = {piece_of(CARD), piece_of(CARD " again")};
    struct press_job job = sample_job(pieces);
    job.piece_count = 2;
    struct sheet sheet = print(*state, &job, arena);
    assert_int_equal(sheet.pages, 2);
    if (!ask("qpdf", "--check test-press.tmp", &sheet, arena))
        skip();
    const char *text = ask("pdftotext", "test-press.tmp -", &sheet, arena);
    const char *fonts = ask("pdffonts", "test-press.tmp", &sheet, arena);
    const char *boxes = ask("pdfinfo", "-box test-press.tmp", &sheet, arena);
    if (!text || !fonts || !boxes)
        skip();
    assert_non_null(strstr(text, "Always"));
    assert_non_null(strstr(text, "Noa, office again"));
    assert_null(strstr(fonts, " no  ")); /* every font is embedded */
    assert_non_null(strstr(boxes, "Tee für Noa"));
    assert_non_null(
        strstr(boxes, "TrimBox:             8.50     8.50   306.14   428.03"));
    assert_non_null(
        strstr(boxes, "MediaBox:            0.00     0.00   314.65   436.53"));
}

static uint32_t
png_number(const struct sheet *sheet, size_t at)
{
    const uint8_t *p = sheet->bytes + at;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void
a_png_has_the_dots_that_were_asked_for(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece piece = piece_of(CARD);
    static const struct {
        int32_t dpi;
        bool no_bleed;
        uint32_t width, height;
    } cases[] = {{203, true, 839, 1183}, {203, false, 887, 1231}, {0, true, 620, 874}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct press_job job = sample_job(&piece);
        job.format = SHEET_PNG;
        job.dpi = cases[i].dpi;
        job.no_bleed = cases[i].no_bleed;
        struct sheet sheet = print(*state, &job, arena);
        assert_int_equal(png_number(&sheet, 16), cases[i].width);
        assert_int_equal(png_number(&sheet, 20), cases[i].height);
    }
}

static cairo_status_t
read_sheet(void *data, unsigned char *out, unsigned n)
{
    struct sheet *rest = data;
    if (n > rest->size)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(out, rest->bytes, n);
    rest->bytes += n;
    rest->size -= n;
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t
pixel(cairo_surface_t *image, int x, int y)
{
    const uint8_t *data = cairo_image_surface_get_data(image);
    const uint8_t *at = data + y * cairo_image_surface_get_stride(image) + 4 * x;
    return (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static void
a_png_shows_what_lies_over_what(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece piece = piece_of("symbol\ntext Noa\nplate-over");
    struct press_job job = sample_job(&piece);
    job.format = SHEET_PNG;
    job.dpi = 254; /* a dot is a tenth of a millimetre */
    job.no_bleed = true;
    struct sheet sheet = print(*state, &job, arena);
    cairo_surface_t *image =
        cairo_image_surface_create_from_png_stream(read_sheet, &sheet);
    assert_int_equal(cairo_surface_status(image), CAIRO_STATUS_SUCCESS);
    assert_int_equal(pixel(image, 5, 5), 0xffcc99);     /* the ground */
    assert_int_equal(pixel(image, 160, 150), 0xff0000); /* the box over the words */
    assert_int_equal(pixel(image, 610, 810), 0xffffff); /* the symbol's quiet zone */
    assert_int_equal(pixel(image, 696, 879), 0x000000); /* its first dark module */
    cairo_surface_destroy(image);
}

/* A binary portable pixmap's colour at a place. */
static uint32_t
ppm_pixel(const char *ppm, int x, int y)
{
    int width, height, most, head = 0;
    assert_int_equal(sscanf(ppm, "P6 %d %d %d%n", &width, &height, &most, &head), 3);
    const uint8_t *at = (const uint8_t *)ppm + head + 1 + 3 * ((size_t)y * width + x);
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static void
a_plate_item_over_the_imprint_stays_over_it(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece pieces[2] = {piece_of("symbol-under\nplate-over"),
                                          piece_of("text Noa\nplate-over")};
    struct press_job job = sample_job(pieces);
    job.piece_count = 2;
    struct sheet sheet = print(*state, &job, arena);
    for (int page = 1; page <= 2; page++) {
        char options[80];
        snprintf(options, sizeof options, "-r 25.4 -f %d -l %d test-press.tmp", page,
                 page);
        const char *ppm = ask("pdftoppm", options, &sheet, arena);
        if (ppm == NULL)
            skip();
        /* 18 mm from the trim's left, 3 mm of bleed: a dot is a millimetre. */
        assert_int_equal(ppm_pixel(ppm, 21, 18), 0xff0000);
        assert_int_equal(ppm_pixel(ppm, 70, 100), 0xffcc99);
    }
}

static void
a_contact_sheet_has_as_many_pages_as_it_needs(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct press_piece pieces[30];
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        pieces[i] = piece_of(CARD);
    struct press_job job = sample_job(pieces);
    job.piece_count = COUNT_OF(pieces);
    job.is_contact_sheet = true;
    struct sheet sheet = print(*state, &job, arena);
    assert_in_range(sheet.pages, 2, 4);
    assert_int_equal(sheet.width_mm100, 21000);
    const char *text = ask("pdftotext", "test-press.tmp -", &sheet, arena);
    if (text)
        assert_non_null(strstr(text, "A card"));
    job.format = SHEET_PNG;
    job.dpi = 60;
    sheet = print(*state, &job, arena);
    assert_int_equal(sheet.pages, 1);
    assert_true(sheet.height_mm100 > 29700);
}

static void
a_sheet_that_was_damaged_is_refused(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece piece = piece_of(CARD);
    for (enum sheet_format format = SHEET_PDF; format <= SHEET_PNG; format++) {
        struct press_job job = sample_job(&piece);
        struct notes notes = {.count = 0};
        job.format = format;
        struct sheet sheet = print(*state, &job, arena), bad = sheet;
        uint8_t *bytes = malloc(sheet.size);
        memcpy(bytes, sheet.bytes, sheet.size);
        bad.bytes = bytes;
        assert_int_equal(sheet_check(&job, &bad, &notes), STATUS_OK);
        for (size_t n = 0; n + 1 < sheet.size; n += 1 + n / 50) {
            bad.size = n;
            assert_int_equal(sheet_check(&job, &bad, &notes), STATUS_BUG);
        }
        assert_non_null(notes_find(&notes, NOTE_PRESS_BAD_SHEET));
        bad = sheet;
        bad.pages = 2;
        assert_int_equal(sheet_check(&job, &bad, &notes), STATUS_BUG);
        bad = sheet;
        bad.width_mm100 *= 2;
        assert_int_equal(sheet_check(&job, &bad, &notes), STATUS_BUG);
        bad = sheet;
        bad.format = format == SHEET_PDF ? SHEET_PNG : SHEET_PDF;
        assert_int_equal(sheet_check(&job, &bad, &notes), STATUS_BUG);
        free(bytes);
    }
}

static void
a_page_less_than_the_job_has_is_refused(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece pieces[2] = {piece_of(CARD), piece_of(CARD)};
    struct press_job job = sample_job(pieces);
    struct notes notes = {.count = 0};
    struct sheet sheet = print(*state, &job, arena);
    job.piece_count = 2;
    assert_int_equal(sheet_check(&job, &sheet, &notes), STATUS_BUG);
}

/* A photograph coded anew would lose what its maker chose; a PNG stays exact. */
static void
a_jpeg_goes_into_the_pdf_as_it_is_and_a_png_pixel_by_pixel(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const struct {
        const char *commands, *filter, *width;
    } cases[] = {
        {"image " PICTURE_DIR "/photo.jpg", "/DCTDecode", "/Width 60"},
        {"image " PICTURE_DIR "/flat.png", "/FlateDecode", "/Width 60"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct press_piece piece = piece_of(cases[i].commands);
        const struct press_job job = sample_job(&piece);
        const struct sheet sheet = print(*state, &job, arena);
        assert_non_null(
            memmem(sheet.bytes, sheet.size, cases[i].filter, strlen(cases[i].filter)));
        assert_non_null(
            memmem(sheet.bytes, sheet.size, cases[i].width, strlen(cases[i].width)));
    }
}

static void
art_that_is_broken_is_told_by_its_name(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const struct {
        const char *commands;
        enum note_id id;
    } cases[] = {
        {"art /nowhere/fern.svg", NOTE_ART_BROKEN},
        {"art " TEMPLATE_DIR "/template.rnc", NOTE_ART_BROKEN},
        {"image " TEMPLATE_DIR "/template.rnc", NOTE_IMAGE_BROKEN},
        {"image /nowhere/noa.jpg", NOTE_IMAGE_BROKEN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct press_piece piece = piece_of(cases[i].commands);
        const struct press_job job = sample_job(&piece);
        const struct patience patience = within(20000);
        struct notes notes = {.count = 0};
        struct sheet sheet;
        assert_int_equal(press_make(*state, &job, &patience, arena, &notes, &sheet),
                         STATUS_BAD_INPUT);
        const struct note *note = notes_find(&notes, cases[i].id);
        assert_non_null(note);
        assert_int_not_equal(note->file[0], '\0');
    }
}

static void
a_call_that_makes_no_sense_is_refused_without_a_worker(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct patience patience = within(20000);
    const struct press_piece good = piece_of("text Noa");
    const struct press_piece relative = {
        .template_path = "t.xml",
        .values = "",
    };
    const struct press_job jobs[] = {
        {.format = SHEET_PDF},
        {.format = SHEET_PDF, .pieces = &relative, .piece_count = 1},
        {.pieces = &good, .piece_count = 1},
        {.format = SHEET_PNG, .dpi = 100000, .pieces = &good, .piece_count = 1},
    };
    for (size_t i = 0; i < COUNT_OF(jobs); i++) {
        struct notes notes = {.count = 0};
        struct sheet sheet;
        assert_int_equal(press_make(*state, &jobs[i], &patience, arena, &notes, &sheet),
                         STATUS_BAD_CALL);
        assert_non_null(notes_find(&notes, NOTE_PRESS_BAD_JOB));
    }
}

/* ---- the real typesetter behind it ---- */

static int
open_tuck_press(void **state)
{
    return open_worker(WORKER_PATH, FONTS_CONF, state);
}

#define SHORT_URL "https://fk.example/r/RSP7K2M44"

static const char *
values_in(struct arena *arena, const char *lang)
{
    return arena_printf(
        arena,
        "<values xmlns=\"urn:tuck:values:1\" lang=\"%s\" "
        "created=\"2026-10-02T07:12:00Z\">"
        "<v name=\"given-name\" type=\"text\">Noa</v>"
        "<v name=\"code\" type=\"text\">RSP-7K2M-44</v>"
        "<v name=\"code-plain\" type=\"text\">RSP7K2M44</v>"
        "<v name=\"coupon-value\" type=\"text\">10 %%</v>"
        "<v name=\"short-url\" type=\"text\">" SHORT_URL "</v>"
        "<v name=\"expires-on\" type=\"text\">31 December 2026</v>"
        "<v name=\"gift-message\" type=\"text\">Until Sunday!</v>"
        "<v name=\"orders\" type=\"number\">3</v>"
        "<v name=\"carton-length\" type=\"number\">300</v>"
        "<v name=\"carton-width\" type=\"number\">200</v>"
        "<v name=\"carton-height\" type=\"number\">120</v>"
        "<line sku=\"TEA-042\" quantity=\"2\" category=\"black-tea\" price=\"7.90\">"
        "Assam</line></values>",
        lang);
}

static void
every_template_prints_for_every_reader(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const char *const langs[] = {"en", "de", "he", "fa", "ja"};
    glob_t found;
    assert_int_equal(glob(TEMPLATE_DIR "/*/template.xml", 0, NULL, &found), 0);
    size_t count = found.gl_pathc;
    struct press_piece *pieces = arena_make_array(arena, count, sizeof *pieces);
    for (size_t lang = 0; lang < COUNT_OF(langs); lang++) {
        const char *values = values_in(arena, langs[lang]);
        for (size_t i = 0; i < count; i++)
            pieces[i] = (struct press_piece){.template_path = found.gl_pathv[i],
                                             .values = values,
                                             .values_n = strlen(values),
                                             .caption = langs[lang],
                                             .lang = langs[lang]};
        struct press_job job = sample_job(pieces);
        const struct patience patience = within(60000);
        struct notes notes = {.count = 0};
        struct sheet sheet;
        job.piece_count = count;
        job.is_contact_sheet = lang == 0;
        assert_int_equal(press_make(*state, &job, &patience, arena, &notes, &sheet),
                         STATUS_OK);
        assert_false(notes_have_error(&notes));
        const char *text = ask("pdftotext", "test-press.tmp -", &sheet, arena);
        if (text)
            assert_non_null(strstr(text, "RSP-7K2M-44"));
        ask("qpdf", "--check test-press.tmp", &sheet, arena); /* fails when it warns */
    }
    globfree(&found);
}

static void
a_printed_symbol_is_read_by_other_eyes(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const struct {
        const char *path, *reads;
    } cases[] = {
        {TEMPLATE_DIR "/coupon-percent/template.xml", "QR-Code:" SHORT_URL},
        {TEMPLATE_DIR "/coupon-tier/template.xml", "CODE-128:RSP7K2M44"},
    };
    const char *values = values_in(arena, "en");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct press_piece piece = {
            .template_path = cases[i].path, .values = values, .values_n = strlen(values)};
        struct press_job job = sample_job(&piece);
        job.format = SHEET_PNG;
        struct sheet sheet = print(*state, &job, arena);
        const char *read = ask("zbarimg", "--nodbus -q test-press.tmp", &sheet, arena);
        if (read == NULL)
            skip();
        assert_non_null(strstr(read, cases[i].reads));
    }
}

#define GS1_COUPON "106141416543213500110000310123196000"
#define DIGITAL_LINK                                                                     \
    "https://id.gs1.org/255/9501101530003000000000123?17=261231&amp;3902=500"

static void
gs1_symbols_are_read_by_other_eyes(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const char values[] =
        "<values xmlns=\"urn:tuck:values:1\" lang=\"en\" created=\"2026-10-02T07:12:00Z\">"
        "<v name=\"gs1\" type=\"text\">[8110]" GS1_COUPON "</v>"
        "<v name=\"digital-link\" type=\"text\">" DIGITAL_LINK "</v></values>";
    static const char *const expected[] = {
        "DataBar-Exp:8110" GS1_COUPON,
        "DataBar-Exp:2559501101530003",
        "DataBar-Exp:81120112345679999990666666",
        "CODE-128:2559501101530003000000000123",
        "QR-Code:8110" GS1_COUPON,
        "QR-Code:https://id.gs1.org/255/9501101530003000000000123?17=261231&3902=500",
    };
    const struct press_piece piece = {.template_path = PICTURE_DIR "/gs1.xml",
                                      .values = values,
                                      .values_n = sizeof(values) - 1};
    struct press_job job = sample_job(&piece);
    job.format = SHEET_PNG;
    job.dpi = 300;
    struct sheet sheet = print(*state, &job, arena);
    /* when it looks at all lines, it forgets a stacked symbol's first row before the last */
    const char *read = ask("zbarimg",
                           "--nodbus -q test-press.tmp; "
                           "zbarimg --nodbus -q -Sy-density=8 test-press.tmp",
                           &sheet, arena);
    if (read == NULL)
        skip();
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        if (!strstr(read, expected[i]))
            fail_msg("no %s in %s", expected[i], read);
    const char *matrix = ask("dmtxread", "-N1 test-press.tmp", &sheet, arena);
    if (matrix && !strstr(matrix, "8110" GS1_COUPON))
        fail_msg("no Data Matrix in %s", matrix);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_of_any_length_arrives_whole),
        cmocka_unit_test(frames_of_two_messages_never_become_one),
        cmocka_unit_test(a_silent_or_closed_peer_is_told_apart),
        cmocka_unit_test(a_job_is_read_as_it_was_written_and_no_part_of_it_is),
        cmocka_unit_test(an_answer_with_lies_in_it_is_refused),
        cmocka_unit_test(a_note_travels_with_its_place),
        cmocka_unit_test(an_assembled_pdf_is_sound),
        cmocka_unit_test(a_form_that_is_placed_often_is_written_once),
        cmocka_unit_test(the_same_drawing_gives_the_same_bytes),
        cmocka_unit_test(no_part_of_a_pdf_passes_for_one),
    };
    const struct CMUnitTest sheets[] = {
        cmocka_unit_test(a_piece_prints_the_same_bytes_on_every_worker),
        cmocka_unit_test(a_piece_is_a_pdf_in_other_eyes_too),
        cmocka_unit_test(a_png_has_the_dots_that_were_asked_for),
        cmocka_unit_test(a_png_shows_what_lies_over_what),
        cmocka_unit_test(a_plate_item_over_the_imprint_stays_over_it),
        cmocka_unit_test(a_contact_sheet_has_as_many_pages_as_it_needs),
        cmocka_unit_test(a_sheet_that_was_damaged_is_refused),
        cmocka_unit_test(a_page_less_than_the_job_has_is_refused),
        cmocka_unit_test(a_jpeg_goes_into_the_pdf_as_it_is_and_a_png_pixel_by_pixel),
        cmocka_unit_test(art_that_is_broken_is_told_by_its_name),
        cmocka_unit_test(a_call_that_makes_no_sense_is_refused_without_a_worker),
    };
    const struct CMUnitTest templates[] = {
        cmocka_unit_test(every_template_prints_for_every_reader),
        cmocka_unit_test(a_printed_symbol_is_read_by_other_eyes),
        cmocka_unit_test(gs1_symbols_are_read_by_other_eyes),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL) +
                 cmocka_run_group_tests(sheets, open_press, close_press) +
                 cmocka_run_group_tests(templates, open_tuck_press, close_press);
    cairo_debug_reset_static_data(); /* so that only our own leaks are seen */
    FcFini();
    return failed;
}
