/* Pictures: bytes of a PNG or JPEG in, a cairo image surface out.
 *
 * Pictures are decoded whole, so their size is looked at before memory is asked for. A
 * JPEG's bytes stay with the surface: the PDF embeds them untouched, and raster output
 * has the pixels. CMYK JPEGs are turned to RGB for the pixels only. */
#include "press/image.h"

#include "base/xml.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#define FILE_MAX_BYTES ((size_t)48 << 20)
#define PIXELS_MAX ((uint64_t)40 * 1000 * 1000)
#define IMAGES_MAX_BYTES ((size_t)200 << 20)

static void
free_image(void *value)
{
    cairo_surface_destroy(value);
}

void
images_init(struct images *images)
{
    *images = (struct images){
        .shelf = {.free_value = free_image, .most_size = IMAGES_MAX_BYTES}};
}

void
images_done(struct images *images)
{
    shelf_done(&images->shelf);
}

struct png_source {
    const uint8_t *p;
    size_t n;
};

static cairo_status_t
read_png(void *data, unsigned char *out, unsigned n)
{
    struct png_source *source = data;
    if (n > source->n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(out, source->p, n);
    source->p += n;
    source->n -= n;
    return CAIRO_STATUS_SUCCESS;
}

static const char *
decode_png(const uint8_t *bytes, size_t n, cairo_surface_t **ret)
{
    struct png_source source = {bytes, n};
    if (n < 33)
        return "it is cut short";
    uint64_t w = (uint64_t)bytes[16] << 24 | bytes[17] << 16 | bytes[18] << 8 | bytes[19];
    uint64_t h = (uint64_t)bytes[20] << 24 | bytes[21] << 16 | bytes[22] << 8 | bytes[23];
    if (w == 0 || h == 0 || w * h > PIXELS_MAX)
        return "it has too many pixels, or none";
    cairo_surface_t *surface =
        cairo_image_surface_create_from_png_stream(read_png, &source);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        const char *why = cairo_status_to_string(cairo_surface_status(surface));
        cairo_surface_destroy(surface);
        return why;
    }
    *ret = surface;
    return NULL;
}

struct jpeg_job {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    cairo_surface_t *surface;
    uint8_t *row;
};

static void
leave_jpeg(j_common_ptr info)
{
    struct jpeg_job *job = info->client_data;
    longjmp(job->escape, 1);
}

static void
say_nothing(j_common_ptr info)
{
    (void)info;
}

/* Adobe's CMYK lies inverted: 255 is no ink. */
static void
put_row(const struct jpeg_job *job, uint32_t *out)
{
    const uint8_t *in = job->row;
    for (unsigned x = 0; x < job->info.output_width; x++) {
        uint32_t r = in[0], g = in[job->info.output_components > 1 ? 1 : 0];
        uint32_t b = in[job->info.output_components > 2 ? 2 : 0];
        if (job->info.output_components == 4) {
            r = r * in[3] / 255;
            g = g * in[3] / 255;
            b = b * in[3] / 255;
        }
        out[x] = r << 16 | g << 8 | b;
        in += job->info.output_components;
    }
}

/* Between setjmp and longjmp only what lies in the job is touched. */
static const char *
decode_rows(struct jpeg_job *job)
{
    jpeg_read_header(&job->info, TRUE);
    uint64_t w = job->info.image_width, h = job->info.image_height;
    if (w == 0 || h == 0 || w > 32767 || h > 32767 || w * h > PIXELS_MAX)
        return "it has too many pixels, or none";
    if (job->info.num_components == 3)
        job->info.out_color_space = JCS_RGB;
    else if (job->info.num_components == 4)
        job->info.out_color_space = JCS_CMYK;
    jpeg_start_decompress(&job->info);
    job->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
    job->row = malloc((size_t)w * 4);
    if (cairo_surface_status(job->surface) != CAIRO_STATUS_SUCCESS || job->row == NULL)
        return "memory is out";
    cairo_surface_flush(job->surface);
    uint8_t *pixels = cairo_image_surface_get_data(job->surface);
    int stride = cairo_image_surface_get_stride(job->surface);
    while (job->info.output_scanline < job->info.output_height) {
        unsigned y = job->info.output_scanline;
        jpeg_read_scanlines(&job->info, &job->row, 1);
        put_row(job, (uint32_t *)(void *)(pixels + (size_t)y * (size_t)stride));
    }
    jpeg_finish_decompress(&job->info);
    cairo_surface_mark_dirty(job->surface);
    return NULL;
}

static const char *
decode_jpeg(const uint8_t *bytes, size_t n, cairo_surface_t **ret)
{
    struct jpeg_job job = {.surface = NULL};
    job.info.err = jpeg_std_error(&job.errors);
    job.errors.error_exit = leave_jpeg;
    job.errors.output_message = say_nothing;
    job.info.client_data = &job;
    const char *volatile why = "the JPEG is broken";
    if (setjmp(job.escape) == 0) {
        jpeg_create_decompress(&job.info);
        jpeg_mem_src(&job.info, bytes, n);
        why = decode_rows(&job);
    }
    jpeg_destroy_decompress(&job.info);
    free(job.row);
    if (why) {
        if (job.surface)
            cairo_surface_destroy(job.surface);
        return why;
    }
    *ret = job.surface;
    return NULL;
}

/* Takes `bytes` over. */
static const char *
decode(char *bytes, size_t n, cairo_surface_t **ret)
{
    const uint8_t *p = (const uint8_t *)bytes;
    const char *why = "it is neither a PNG nor a JPEG";
    bool is_jpeg = n > 3 && p[0] == 0xff && p[1] == 0xd8;
    if (n > 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
        why = decode_png(p, n, ret);
    else if (is_jpeg)
        why = decode_jpeg(p, n, ret);
    if (why == NULL && is_jpeg &&
        cairo_surface_set_mime_data(*ret, CAIRO_MIME_TYPE_JPEG, p, n, free, bytes) ==
            CAIRO_STATUS_SUCCESS)
        return NULL; /* the surface has the bytes now */
    free(bytes);
    return why;
}

enum status
images_find(struct images *images, const char *path, struct notes *notes,
            cairo_surface_t **ret)
{
    BUF_AUTO struct buf key = {0};
    char *bytes = NULL;
    size_t n;
    if (!shelf_key_add_file(&key, path))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_IMAGE_BROKEN, path, 0,
                         "the picture is not there");
    if (key.failed)
        return STATUS_NO_MEMORY;
    cairo_surface_t *image = shelf_find(&images->shelf, key.p);
    if (image == NULL) {
        enum status status = file_read(path, FILE_MAX_BYTES, notes, &bytes, &n);
        if (status != STATUS_OK)
            return status;
        const char *why = decode(bytes, n, &image);
        if (why)
            return note_fail(notes, STATUS_BAD_INPUT, NOTE_IMAGE_BROKEN, path, 0,
                             "the picture cannot be read: %s", why);
        size_t size = (size_t)cairo_image_surface_get_stride(image) *
                      (size_t)cairo_image_surface_get_height(image);
        status = shelf_add(&images->shelf, key.p, image, size + n);
        if (status != STATUS_OK)
            return status;
    }
    *ret = image;
    return STATUS_OK;
}
