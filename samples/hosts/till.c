/* A till in C: loads tuck.so, asks whether a code is good, and takes it as used.
 *
 *     cc -o till till.c $(pkg-config --cflags --libs tuck)
 *     ./till /usr/lib/tuck/tuck.so SHOP CODE RECEIPT [AMOUNT]
 *
 * The receipt's number names the redemption: a till that lost the answer asks again with
 * the same number and gets the same answer. Exit status 0: the code was taken.
 */
#include <tuck.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static tuck_status
ask(const struct tuck_promise_face *tuck, struct tuck_shop *shop, char **argv,
    struct tuck_answer *ret, struct tuck_found **ret_found)
{
    const struct tuck_redemption how = {.size = sizeof(how), .code = argv[3],
                                        .id = argv[4], .order = argv[4],
                                        .amount = argv[5], .place = "till 4"};
    tuck_status status = tuck->redeem(shop, &how, ret_found, NULL);
    return status == TUCK_OK ? tuck->answer(*ret_found, ret) : status;
}

int
main(int argc, char **argv)
{
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: %s TUCK.SO SHOP CODE RECEIPT [AMOUNT]\n", argv[0]);
        return 2;
    }
    void *plugin = dlopen(argv[1], RTLD_NOW);
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    const struct tuck_carton_face *carton = entry ? entry->face(TUCK_CARTON_FACE, 1) : NULL;
    const struct tuck_promise_face *tuck = entry ? entry->face(TUCK_PROMISE_FACE, 1) : NULL;
    if (!carton || !tuck) {
        fprintf(stderr, "no tuck here: %s\n", plugin ? "face missing" : dlerror());
        return 2;
    }

    struct tuck_shop *shop = NULL;
    struct tuck_found *found = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    const struct tuck_open open = {.size = sizeof(open), .shop = argv[2],
                                   .workers = TUCK_NO_PRESS, /* a till prints no sheets */
                                   .ledger = getenv("TUCK_LEDGER"),
                                   .data_dir = getenv("TUCK_DATA"),
                                   .station = "till 4"};
    tuck_status status = carton->open(&open, &shop, NULL);
    if (status == TUCK_OK)
        status = ask(tuck, shop, argv, &answer, &found);
    if (status == TUCK_OK)
        printf("%s: %s\n", answer.name, answer.text);
    else
        printf("no answer, status %d: ask again later\n", status);
    int is_taken = status == TUCK_OK && (answer.answer == TUCK_ANSWER_OK ||
                                         answer.answer == TUCK_ANSWER_AGAIN);
    tuck->found_free(found);
    if (shop)
        carton->close(shop);
    return is_taken ? 0 : 1;
}
