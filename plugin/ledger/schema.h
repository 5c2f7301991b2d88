/* The tables of the ledger, once for every database.
 *
 * What differs between them is given as arguments: ID, a key that counts itself; BYTES;
 * LEAN, for tables that are their own index. Facts (decision, piece, event, redemption)
 * are only ever added to: triggers hold that even against a mistake of ours; the one
 * thing that may change in them is whose they are, when a customer is forgotten. What
 * can be reckoned from them is kept all the same where it is asked for at every carton
 * (`promise.state`, `promise.is_holding`, `counter`), in the same transaction.
 *
 * Customers and households stand here by pseudonym (mint/keys.h), never as given. */
#ifndef TUCK_LEDGER_SCHEMA_H
#define TUCK_LEDGER_SCHEMA_H

#define SCHEMA_VERSION 4

/* The digest stays when the bytes go. device: what tells apart sheets of one format. */
#define SCHEMA_SHEET(BYTES)                                                              \
    "CREATE TABLE sheet("                                                                \
    " decision BIGINT NOT NULL, placement TEXT NOT NULL, number BIGINT NOT NULL,"        \
    " format BIGINT NOT NULL, device TEXT NOT NULL, digest TEXT NOT NULL,"               \
    " bytes " BYTES ", PRIMARY KEY(decision, placement, number, format, device));"

/* Orders to be decided ahead. state: waiting, taken (by `worker`, from `taken_s` until
 * `until_s`), done, failed. The document goes with the last two; it stands last so that a
 * search for orders to take need not read past it. */
#define SCHEMA_WAVES(LEAN)                                                               \
    "CREATE TABLE wave("                                                                 \
    " merchant TEXT NOT NULL, name TEXT NOT NULL, made_s BIGINT NOT NULL,"               \
    " PRIMARY KEY(merchant, name))" LEAN ";"                                             \
    "CREATE TABLE wave_order("                                                           \
    " merchant TEXT NOT NULL, wave TEXT NOT NULL, name TEXT NOT NULL,"                   \
    " place BIGINT NOT NULL, added_s BIGINT NOT NULL, digest TEXT NOT NULL,"             \
    " state TEXT NOT NULL, note TEXT NOT NULL, worker TEXT, taken_s BIGINT,"             \
    " until_s BIGINT, tries BIGINT NOT NULL, order_id TEXT, package TEXT,"               \
    " decision BIGINT, document TEXT, PRIMARY KEY(merchant, wave, name));"               \
    "CREATE INDEX wave_order_open ON wave_order(merchant, wave, place)"                  \
    " WHERE state IN ('waiting', 'taken');"                                              \
    "CREATE INDEX wave_order_of ON wave_order(decision) WHERE decision IS NOT NULL;"

/* What `tuck fit` learnt: the newest counts, the one before stays for who is reading it. */
#define SCHEMA_MODELS(ID, BYTES)                                                         \
    "CREATE TABLE model("                                                                \
    " number " ID ", merchant TEXT NOT NULL, made_s BIGINT NOT NULL,"                    \
    " bytes " BYTES " NOT NULL);"                                                        \
    "CREATE INDEX model_of_merchant ON model(merchant, number);"
/* Which experiments a customer took part in when it was decided for. */
#define SCHEMA_EXPOSURES(LEAN)                                                           \
    "CREATE TABLE exposure("                                                             \
    " decision BIGINT NOT NULL REFERENCES decision(id), experiment TEXT NOT NULL,"       \
    " arm TEXT NOT NULL, PRIMARY KEY(decision, experiment))" LEAN ";"
/* What version 4 adds to tables of before. cohort: the group that is learnt of together;
 * cost_minor: of the piece itself, reckoned. */
#define SCHEMA_VERSION_4                                                                 \
    "ALTER TABLE decision ADD COLUMN campaign TEXT;"                                     \
    "ALTER TABLE decision ADD COLUMN segments TEXT;"                                     \
    "ALTER TABLE decision ADD COLUMN model BIGINT;"                                      \
    "ALTER TABLE piece ADD COLUMN cohort TEXT;"                                          \
    "ALTER TABLE piece ADD COLUMN is_advised BIGINT NOT NULL DEFAULT 0;"                 \
    "ALTER TABLE piece ADD COLUMN cost_minor BIGINT;"                                    \
    "ALTER TABLE redemption ADD COLUMN choice TEXT;"

#define SCHEMA_TABLES(ID, BYTES, LEAN)                                                   \
    /* what is true of the whole: version, which key the pseudonyms are made with */     \
    "CREATE TABLE meta(name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"            \
    /* history: what was told, and what was packed */                                    \
    "CREATE TABLE past_order("                                                           \
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, id TEXT NOT NULL,"                 \
    " placed_at_s BIGINT NOT NULL, state BIGINT NOT NULL, currency TEXT NOT NULL,"       \
    " total_minor BIGINT NOT NULL, refunded_minor BIGINT NOT NULL,"                      \
    " channel TEXT, is_gift BIGINT NOT NULL, is_packed BIGINT NOT NULL,"                 \
    " PRIMARY KEY(merchant, customer, id))" LEAN ";"                                     \
    "CREATE TABLE past_line("                                                            \
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, order_id TEXT NOT NULL,"           \
    " line BIGINT NOT NULL, sku TEXT NOT NULL, name TEXT, category TEXT, tags TEXT,"     \
    " quantity BIGINT NOT NULL, returned BIGINT NOT NULL, price_minor BIGINT NOT NULL,"  \
    " PRIMARY KEY(merchant, customer, order_id, line))" LEAN ";"                         \
    /* complaint, nps, effort, conversation, style, pin-always, pin-never, interest;     \
     * identity: a complaint's id, else a digest of the whole */                         \
    "CREATE TABLE past_thing("                                                           \
    " id " ID ","                                                                        \
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, kind TEXT NOT NULL,"               \
    " identity TEXT NOT NULL, at_s BIGINT, closed_s BIGINT, score BIGINT,"               \
    " order_id TEXT, subject TEXT, channel TEXT, occasion TEXT, author TEXT, words TEXT,"\
    " UNIQUE(merchant, customer, kind, identity));"                                      \
    "CREATE TABLE loyalty("                                                              \
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, tier TEXT, points BIGINT,"         \
    " points_to_next BIGINT, next_tier TEXT, as_of_s BIGINT, household TEXT,"            \
    " PRIMARY KEY(merchant, customer))" LEAN ";"                                         \
    "CREATE TABLE cache("                                                                \
    " url TEXT NOT NULL PRIMARY KEY, merchant TEXT, customer TEXT, etag TEXT,"           \
    " body " BYTES " NOT NULL, at_s BIGINT NOT NULL);"                                   \
    /* decisions and what they came to on paper */                                       \
    "CREATE TABLE decision("                                                             \
    " id " ID ","                                                                        \
    " merchant TEXT NOT NULL, order_id TEXT NOT NULL, package TEXT NOT NULL,"            \
    " revision BIGINT NOT NULL, customer TEXT, order_digest TEXT NOT NULL,"              \
    " decided_s BIGINT NOT NULL, campaign_digest TEXT, facts_digest TEXT, station TEXT," \
    " campaign TEXT, segments TEXT, model BIGINT,"                                       \
    " UNIQUE(merchant, order_id, package, revision));"                                   \
    "CREATE INDEX decision_of_customer ON decision(merchant, customer)"                  \
    " WHERE customer IS NOT NULL;"                                                       \
    "CREATE TABLE piece("                                                                \
    " decision BIGINT NOT NULL REFERENCES decision(id),"                                 \
    " placement TEXT NOT NULL, number BIGINT NOT NULL, place BIGINT NOT NULL,"           \
    " offer TEXT, is_held_out BIGINT NOT NULL, arm TEXT, template TEXT,"                 \
    " template_digest TEXT,"                                                             \
    " reason TEXT, promise BIGINT, sku TEXT, bin TEXT, probability DOUBLE PRECISION,"    \
    " cohort TEXT, is_advised BIGINT NOT NULL DEFAULT 0, cost_minor BIGINT,"             \
    " PRIMARY KEY(decision, placement, number))" LEAN ";"                                \
    "CREATE INDEX piece_of_promise ON piece(promise) WHERE promise IS NOT NULL;"         \
    /* One an order and offer, whatever the number of its parcels. The state is          \
     * reserved, printed, redeemed, expired, voided, failed, skipped, lapsed; is_holding:\
     * its units count. Who is held out makes one too, that no till will ever see. */    \
    "CREATE TABLE promise("                                                              \
    " id " ID ","                                                                        \
    " merchant TEXT NOT NULL, order_id TEXT NOT NULL, offer TEXT NOT NULL,"              \
    " customer TEXT, household TEXT, made_s BIGINT NOT NULL,"                            \
    " is_held_out BIGINT NOT NULL, code TEXT, pool TEXT, expires_day BIGINT,"            \
    " ends_s BIGINT, value_minor BIGINT NOT NULL, currency TEXT NOT NULL,"               \
    " state TEXT NOT NULL, is_holding BIGINT NOT NULL, was_printed BIGINT NOT NULL);"    \
    "CREATE UNIQUE INDEX promise_of_code ON promise(code, merchant)"                     \
    " WHERE code IS NOT NULL;"                                                           \
    "CREATE INDEX promise_of_order ON promise(merchant, order_id, offer);"               \
    "CREATE INDEX promise_of_customer ON promise(merchant, customer, offer)"             \
    " WHERE customer IS NOT NULL;"                                                       \
    "CREATE INDEX promise_open ON promise(merchant, state, ends_s)"                      \
    " WHERE state IN ('reserved', 'printed');"                                           \
    /* decision or promise may be NULL, not both; placement '': the decision as a whole */\
    "CREATE TABLE event("                                                                \
    " id " ID ","                                                                        \
    " at_s BIGINT NOT NULL, kind TEXT NOT NULL, decision BIGINT, placement TEXT,"        \
    " number BIGINT, promise BIGINT, reason TEXT);"                                      \
    "CREATE INDEX event_of_decision ON event(decision, placement, number)"               \
    " WHERE decision IS NOT NULL;"                                                       \
    "CREATE INDEX event_of_promise ON event(promise) WHERE promise IS NOT NULL;"         \
    "CREATE TABLE redemption("                                                           \
    " merchant TEXT NOT NULL, id TEXT NOT NULL, promise BIGINT NOT NULL,"                \
    " at_s BIGINT NOT NULL, order_id TEXT, place TEXT, amount_minor BIGINT,"             \
    " currency TEXT, choice TEXT, PRIMARY KEY(merchant, id))" LEAN ";"                   \
    "CREATE INDEX redemption_of_promise ON redemption(promise);"                         \
    /* What a promise takes of a limit. name: the limit's and its window's; scope: whose \
     * ('': all); first_day: of a calendar window, or the promise's day in a rolling one \
     * (0: for ever). most, most_minor: -1 not counted. */                               \
    "CREATE TABLE unit("                                                                 \
    " promise BIGINT NOT NULL, name TEXT NOT NULL, scope TEXT NOT NULL,"                 \
    " first_day BIGINT NOT NULL, rolling_days BIGINT NOT NULL, minor BIGINT NOT NULL,"   \
    " most BIGINT NOT NULL, most_minor BIGINT NOT NULL, lease TEXT,"                     \
    " PRIMARY KEY(promise, name))" LEAN ";"                                              \
    "CREATE TABLE counter("                                                              \
    " merchant TEXT NOT NULL, name TEXT NOT NULL, scope TEXT NOT NULL,"                  \
    " first_day BIGINT NOT NULL, units BIGINT NOT NULL, minor BIGINT NOT NULL,"          \
    " PRIMARY KEY(merchant, name, scope, first_day))" LEAN ";"                           \
    /* Units taken out of counters in advance, for a station that loses its database. */ \
    "CREATE TABLE lease("                                                                \
    " merchant TEXT NOT NULL, station TEXT NOT NULL, name TEXT NOT NULL,"                \
    " scope TEXT NOT NULL, first_day BIGINT NOT NULL, rolling_days BIGINT NOT NULL,"     \
    " units BIGINT NOT NULL, minor BIGINT NOT NULL, PRIMARY KEY(merchant, station, name, scope, first_day))"    \
    LEAN ";"                                                                             \
    /* Of a station's own file: what became of its decisions when the database was back,\
     * and what it was told of others' meanwhile. */                                     \
    "CREATE TABLE settled(decision BIGINT NOT NULL PRIMARY KEY,"                         \
    " settled_as BIGINT NOT NULL)" LEAN ";"                                              \
    "CREATE TABLE outbox("                                                               \
    " id " ID ", decision BIGINT NOT NULL, placement TEXT NOT NULL,"                     \
    " number BIGINT NOT NULL, kind TEXT NOT NULL, at_s BIGINT NOT NULL, reason TEXT);"   \
    /* codes */                                                                          \
    "CREATE TABLE offer_number("                                                         \
    " merchant TEXT NOT NULL, number BIGINT NOT NULL, offer TEXT NOT NULL,"              \
    " PRIMARY KEY(merchant, number))" LEAN ";"                                           \
    "CREATE TABLE serial("                                                               \
    " merchant TEXT NOT NULL, offer_number BIGINT NOT NULL, expires_day BIGINT NOT NULL,"\
    " station BIGINT NOT NULL, next BIGINT NOT NULL,"                                    \
    " PRIMARY KEY(merchant, offer_number, expires_day, station))" LEAN ";"               \
    "CREATE TABLE pool("                                                                 \
    " place " ID ", merchant TEXT NOT NULL, pool TEXT NOT NULL, code TEXT NOT NULL,"     \
    " promise BIGINT, UNIQUE(merchant, pool, code));"                                    \
    "CREATE INDEX pool_left ON pool(merchant, pool, place) WHERE promise IS NULL;"       \
    /* Texts that may be erased: order, history, standing, facts, plan, trace of a       \
     * decision (placement ''), values of a piece. */                                    \
    "CREATE TABLE document("                                                             \
    " decision BIGINT NOT NULL, placement TEXT NOT NULL, number BIGINT NOT NULL,"        \
    " kind TEXT NOT NULL, body TEXT NOT NULL,"                                           \
    " PRIMARY KEY(decision, placement, number, kind));"                                  \
    SCHEMA_SHEET(BYTES) SCHEMA_WAVES(LEAN) SCHEMA_MODELS(ID, BYTES) SCHEMA_EXPOSURES(LEAN)

/* The tables that are only added to, and the columns of them that may change all the
 * same when somebody is forgotten. */
#define SCHEMA_FACTS(ONLY_ADDED)                                                         \
    ONLY_ADDED("decision", "id, merchant, order_id, package, revision, order_digest,"    \
                           " decided_s, campaign_digest, facts_digest, station, campaign,"    \
                           " segments, model")         \
    ONLY_ADDED("piece", "decision, placement, number, place, offer, is_held_out, arm,"    \
                        " template, template_digest, promise, sku, bin, probability, cohort,"   \
                        " is_advised, cost_minor")                                       \
    ONLY_ADDED("exposure", "decision, experiment, arm")                                  \
    ONLY_ADDED("event", "id, at_s, kind, decision, placement, number, promise")          \
    ONLY_ADDED("redemption", "merchant, id, promise, at_s, order_id, place,"             \
                             " amount_minor, currency, choice")

#endif
