/* xoshiro256++ and draws from it. Nothing is kept but the generator's own state, so that
 * a simulation is its seed; what makes no sense gives NaN. */
#include "stats/random.h"

#include <math.h>

uint64_t
random_split(uint64_t *seed)
{
    uint64_t bits = *seed += UINT64_C(0x9e3779b97f4a7c15);

    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

void
random_init(struct random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = random_split(&seed);
    random->spare = NAN;
}

void
random_init_nth(struct random *random, uint64_t seed, uint64_t nth)
{
    /* two mixings, so that neighbours in seed and neighbours in number differ */
    uint64_t mixed = random_split(&seed) ^ nth;
    random_init(random, random_split(&mixed));
}

static uint64_t
rotate(uint64_t bits, int by)
{
    return bits << by | bits >> (64 - by);
}

uint64_t
random_bits(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[0] + s[3], 23) + s[0], shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

double
random_uniform(struct random *random)
{
    return (double)(random_bits(random) >> 11) * 0x1p-53;
}

uint64_t
random_below(struct random *random, uint64_t n)
{
    uint64_t bits, odd = -n % n; /* 2^64 modulo n: so many of the lowest are too many */

    do
        bits = random_bits(random);
    while (bits < odd);
    return bits % n;
}

size_t
random_choice(struct random *random, const double weights[], size_t n)
{
    double sum = 0.0;
    size_t last = 0;

    for (size_t i = 0; i < n; i++)
        sum += weights[i];
    double left = random_uniform(random) * sum;
    for (size_t i = 0; i < n; i++) {
        if (!(weights[i] > 0.0))
            continue;
        last = i; /* taken when rounding leaves a crumb at the end */
        left -= weights[i];
        if (left < 0.0)
            break;
    }
    return last;
}

double
random_normal(struct random *random)
{
    double x, y, square;

    if (!isnan(random->spare)) {
        x = random->spare;
        random->spare = NAN;
        return x;
    }
    do {
        x = 2.0 * random_uniform(random) - 1.0;
        y = 2.0 * random_uniform(random) - 1.0;
        square = x * x + y * y;
    } while (square >= 1.0 || square == 0.0);
    double factor = sqrt(-2.0 * log(square) / square);
    random->spare = y * factor;
    return x * factor;
}

double
random_exponential(struct random *random)
{
    return -log1p(-random_uniform(random));
}

double
random_gamma(struct random *random, double shape)
{
    if (!(shape > 0.0))
        return NAN;
    if (shape < 1.0) { /* Gamma(shape) = Gamma(shape + 1) × U^(1 / shape) */
        double larger = random_gamma(random, shape + 1.0);
        return larger * exp(-random_exponential(random) / shape);
    }
    double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double x = random_normal(random), v = 1.0 + c * x;
        if (v <= 0.0)
            continue;
        v = v * v * v;
        if (-random_exponential(random) < 0.5 * x * x + d * (1.0 - v + log(v)))
            return d * v;
    }
}

double
random_beta(struct random *random, double a, double b)
{
    double x = random_gamma(random, a), y = random_gamma(random, b);

    /* two tiny shapes: both draws may have fallen to zero */
    if (x == 0.0 && y == 0.0)
        return random_uniform(random) * (a + b) < a ? 1.0 : 0.0;
    return x / (x + y);
}
