/* Template media: the name of the media in a template's first tag, read once as long as
 * the file stays what it was. */
#include "station/template-media.h"

#include "base/length.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TEMPLATE_MOST (1u << 20)

struct template_media {
    struct template_media *next;
    char *name;
    struct timespec changed;
    int32_t width_mm100, height_mm100;
};

static bool
is_same(const struct template_media *media, const char *name, const struct stat *looks)
{
    return strcmp(media->name, name) == 0 &&
           media->changed.tv_sec == looks->st_mtim.tv_sec &&
           media->changed.tv_nsec == looks->st_mtim.tv_nsec;
}

static void
read_media(const char *path, struct arena *arena, int32_t *ret_w, int32_t *ret_h)
{
    xmlDoc *doc XML_DOC_AUTO = NULL;
    if (xml_read_file(path, NULL, TEMPLATE_MOST, NULL, &doc) != STATUS_OK)
        return;
    const char *media = xml_attr(arena, xmlDocGetRootElement(doc), "media");
    if (media)
        media_parse(media, ret_w, ret_h);
}

static void
keep(struct tuck_shop *shop, const char *name, const struct stat *looks, int32_t w,
     int32_t h)
{
    struct template_media *media = calloc(1, sizeof(*media));
    char *copy = strdup(name);
    if (!media || !copy) {
        free(media);
        free(copy);
        return; /* it is read again */
    }
    *media = (struct template_media){NULL, copy, looks->st_mtim, w, h};
    pthread_mutex_lock(&shop->lock);
    media->next = shop->medias;
    shop->medias = media;
    pthread_mutex_unlock(&shop->lock);
}

void
template_media(struct tuck_shop *shop, const char *template_name, int32_t *ret_w_mm100,
               int32_t *ret_h_mm100)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    const char *path =
        arena ? settings_find_template(shop->settings, template_name, arena) : NULL;
    struct stat looks;
    bool is_known = false;
    *ret_w_mm100 = *ret_h_mm100 = 0;
    if (!path || stat(path, &looks) != 0)
        return;
    pthread_mutex_lock(&shop->lock);
    for (struct template_media *m = shop->medias; m && !is_known; m = m->next)
        if ((is_known = is_same(m, template_name, &looks))) {
            *ret_w_mm100 = m->width_mm100;
            *ret_h_mm100 = m->height_mm100;
        }
    pthread_mutex_unlock(&shop->lock);
    if (is_known)
        return;
    read_media(path, arena, ret_w_mm100, ret_h_mm100);
    keep(shop, template_name, &looks, *ret_w_mm100, *ret_h_mm100);
}

void
template_medias_free(struct template_media *medias)
{
    while (medias) {
        struct template_media *next = medias->next;
        free(medias->name);
        free(medias);
        medias = next;
    }
}
