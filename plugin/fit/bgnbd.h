/* BG/NBD: when will a customer buy again, and has she stopped?
 *
 * Fader, Hardie, Lee, "'Counting Your Customers' the Easy Way: An Alternative to the
 * Pareto/NBD Model", Marketing Science 24 (2005) 275–284. While active a customer buys at
 * a rate lambda (a Poisson process); after each purchase she stops for ever with
 * probability p. Over the customers lambda is Gamma(r, alpha), p is Beta(a, b).
 *
 * Time is in weeks inside the parameters (alpha, hence r/alpha purchases a week) and in
 * days in the calls. With x, t_x, T of fit/buyer.h, equation (6) of the paper:
 *
 *   L = B(a, b+x)/B(a, b) · Gamma(r+x) alpha^r / Gamma(r)
 *       · [ (alpha+T)^-(r+x)  +  {x > 0} a/(b+x-1) · (alpha+t_x)^-(r+x) ]
 *
 * BEWARE: the model lets nobody stop before a second purchase, so P(alive) is 1 for
 * every one-time buyer however long ago she bought. A stage of the customer's journey
 * must not rest on P(alive) alone; take recency for those with one purchase (fit/rfm.h).
 * The model is good for how many purchases to expect of a group, less for ranking. */
#ifndef TUCK_FIT_BGNBD_H
#define TUCK_FIT_BGNBD_H

#include "base/note.h"
#include "fit/buyer.h"

struct bgnbd {
    double r;
    double alpha_weeks;
    double a;
    double b;
    double relative_error[4]; /* standard errors of the four, as shares of them */
    double log_likelihood;    /* natural, time in weeks */
    int64_t customers;        /* it was fitted on; 0: it was not fitted */
};

/* Fewer repeat buyers than these tell nothing. */
#define BGNBD_REPEAT_BUYERS_LEAST 10

/* The parameters under which the buyers are likeliest. Independent of the buyers' order.
 * Time grows with the distinct (x, t_x, T): whole days are best. One-time buyers belong
 * among them, or the result is wrong.
 * STATUS_BAD_INPUT with a note: NOTE_FIT_BAD_BUYER (figures that contradict each other),
 * NOTE_FIT_TOO_FEW (nobody, or too few, bought again), NOTE_FIT_ALIKE (no variety: the
 * likelihood has no peak, or none that could be told from its surroundings),
 * NOTE_FIT_LOST (no convergence). STATUS_NO_MEMORY. */
enum status bgnbd_fit(const struct buyer *buyers, size_t count, struct notes *notes,
                      struct bgnbd *ret) MUST_CHECK;

/* All four positive and between 1e-6 and 1e6. The calls below need that, and a sound
 * buyer; they give NaN otherwise. */
bool bgnbd_is_sound(const struct bgnbd *model);

/* The sum of ln L over the buyers. */
double bgnbd_log_likelihood(const struct bgnbd *model, const struct buyer *buyers,
                            size_t count);

/* P(alive): the probability that she has not stopped by T.
 *   1 / (1 + {x > 0} a/(b+x-1) · ((alpha+T)/(alpha+t_x))^(r+x)) */
double bgnbd_alive(const struct bgnbd *model, const struct buyer *buyer);

/* Purchases (days with purchases) to expect in the next `days`: equation (10), in a form
 * that holds near a = 1, for large x and for long horizons; good to about 1e-9. */
double bgnbd_expect(const struct bgnbd *model, const struct buyer *buyer, double days);

/* Repeat purchases to expect of somebody new in the `days` after her first: (9). */
double bgnbd_expect_new(const struct bgnbd *model, double days);

#endif
