/* A small generator of random numbers: the same seed gives the same numbers everywhere.
 *
 * For tests, simulation and replays; never for secrets (hash_random() is for those).
 * The generator is xoshiro256++, its state filled by SplitMix64 (Blackman and Vigna,
 * "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021; Steele, Lea and
 * Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). One generator
 * belongs to one thread. Draws that go through log() or pow() may differ in the last
 * place where the C library does. */
#ifndef TUCK_STATS_RANDOM_H
#define TUCK_STATS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state[4]; /* not all zero */
    double spare;      /* the second of a pair of normal draws, or NaN */
};

/* SplitMix64: moves the seed on and hands out 64 bits. */
uint64_t random_split(uint64_t *seed);

void random_init(struct random *random, uint64_t seed);
/* A generator of its own for the n-th job of a seed, whatever order jobs are run in. */
void random_init_nth(struct random *random, uint64_t seed, uint64_t nth);

uint64_t random_bits(struct random *random);
/* At least 0, less than 1, in steps of 2^-53. */
double random_uniform(struct random *random);
/* One of 0 … n - 1, each equally likely (draws that would favour the small are thrown
 * away); n > 0. */
uint64_t random_below(struct random *random, uint64_t n);
/* One of 0 … n - 1 by weights (not negative, at least one of them positive). */
size_t random_choice(struct random *random, const double weights[], size_t n);

/* Mean 0, variance 1: Marsaglia's polar method. */
double random_normal(struct random *random);
/* Mean 1. */
double random_exponential(struct random *random);
/* Scale 1; shape > 0: Marsaglia and Tsang, "A simple method for generating gamma
 * variables", ACM TOMS 26, 2000. NaN for other shapes. */
double random_gamma(struct random *random, double shape);
/* From two gamma draws; a, b > 0, else NaN. */
double random_beta(struct random *random, double a, double b);

#endif
