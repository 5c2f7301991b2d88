/* The table of facts: FACT(symbol, name, type, unit, values, meaning).
 *
 * Everything a campaign or template may know of a customer stands here once. "Past
 * orders" are those placed before the order on the bench that were not cancelled; "with
 * this one" counts the order on the bench too. */

/* recency, frequency, monetary */
FACT(ORDERS, "orders", NUMBER, "orders", NULL, "Past orders.")
FACT(ORDER_NUMBER, "order-number", NUMBER, "", NULL, "Which order of this customer this is: past orders plus one.")
FACT(DAYS_SINCE_LAST, "days-since-last", NUMBER, "days", NULL, "Days between the last past order and this one; unknown when there is none.")
FACT(SPEND, "spend", MONEY, "minor units", NULL, "What past orders in this order's currency came to, less refunds.")
FACT(AVERAGE_ORDER, "average-order", MONEY, "minor units", NULL, "Spend divided by the past orders in this order's currency, to the nearest minor unit; unknown without any.")
FACT(ORDER_TOTAL, "order-total", MONEY, "minor units", NULL, "What the goods on the bench come to.")
FACT(ORDER_ITEMS, "order-items", NUMBER, "items", NULL, "Items in the carton: the sum of the lines' quantities.")
FACT(TYPICAL_GAP, "typical-gap", NUMBER, "days", NULL, "Median of the days between past orders, orders of one day taken as one and this order left out; unknown with fewer than two such days.")
FACT(DAYS_OVERDUE, "days-overdue", NUMBER, "days", NULL, "Days since the last order less the typical gap; negative when early, unknown when either is unknown.")
FACT(RFM_R, "rfm-r", NUMBER, "1-5", NULL, "Recency score by the fifths that tuck fit found, before that and in other currencies by fixed cuts: 5 up to 30 days, 4 up to 90, 3 up to 180, 2 up to 365, else 1; 1 without past orders.")
FACT(RFM_F, "rfm-f", NUMBER, "1-5", NULL, "Frequency score by the fifths that tuck fit found, else by fixed cuts of past orders: 5 from 10, 4 from 6, 3 from 3, 2 from 2, else 1.")
FACT(RFM_M, "rfm-m", NUMBER, "1-5", NULL, "Monetary score by the fifths that tuck fit found, else by fixed cuts of spend in whole units of the currency: 5 from 500, 4 from 250, 3 from 100, 2 from 50, else 1. A currency without decimals, such as JPY, is counted in hundreds of units.")
FACT(RFM_SEGMENT, "rfm-segment", WORD, "", "new champion loyal potential promising needs-attention about-to-sleep at-risk cannot-lose hibernating", "The common named segment of the recency and frequency scores: R5 F4-5 champion, R3-4 F4-5 loyal, R4-5 F2-3 potential, R5 F1 new, R4 F1 promising, R3 F3 needs-attention, R3 F1-2 about-to-sleep, R1-2 F3-4 at-risk, R1-2 F5 cannot-lose, R1-2 F1-2 hibernating; new without past orders.")
FACT(STAGE, "stage", WORD, "", "first-order second-order active loyal lapsing lapsed won-back", "Stage of the journey as of this order, the first that holds: first-order without past orders; lapsed when the gap since the last is over 365 days; lapsing when it is over 7 days and over 1.5 times the typical gap (of 90 days when past orders fall on fewer than 3 days); second-order with one past order; won-back when the gap before the last past order was over 365 days; loyal from the fifth order; else active. Lapsing and lapsed customers have just come back with this order. A shop may set other limits.")
FACT(MILESTONE, "milestone", NUMBER, "orders", NULL, "The order number when it is one to celebrate (5, 10, 25, 50, 100 and hundreds after), else 0.")
FACT(TENURE_DAYS, "tenure-days", NUMBER, "days", NULL, "Days since the first past order; 0 without any.")
FACT(STREAK_MONTHS, "streak-months", NUMBER, "months", NULL, "Calendar months in a row with an order, counted back from this order's month, which is included.")
FACT(RETURNS_SHARE, "returns-share", NUMBER, "percent", NULL, "Items returned of items bought in past orders, in whole percent, 0 to 100; 0 without any.")
FACT(LAST_RETURNED, "last-returned", TRUTH, "", NULL, "An item of the last past order came back.")

/* satisfaction */
FACT(NPS_CLASS, "nps-class", WORD, "", "promoter passive detractor unknown", "Class of the latest NPS answer before this order: promoter 9-10, passive 7-8, detractor 0-6.")
FACT(NPS_SCORE, "nps-score", NUMBER, "0-10", NULL, "The latest NPS answer; unknown when never asked.")
FACT(NPS_AGE_DAYS, "nps-age-days", NUMBER, "days", NULL, "Days since the latest NPS answer; unknown when never asked.")
FACT(EFFORT_CLASS, "effort-class", WORD, "", "low medium high unknown", "Class of the latest customer effort answer before this order: low 1-2, medium 3-4, high 5-7.")
FACT(EFFORT_AGE_DAYS, "effort-age-days", NUMBER, "days", NULL, "Days since the latest effort answer; unknown when never asked.")
FACT(OPEN_COMPLAINT, "open-complaint", TRUTH, "", NULL, "A complaint was opened before this order and not closed before it.")
FACT(COMPLAINT_ABOUT, "complaint-about", TEXT, "", NULL, "What the latest open complaint is about, else the one closed latest; empty without any.")
FACT(COMPLAINTS, "complaints", NUMBER, "complaints", NULL, "Complaints opened before this order.")
FACT(DAYS_SINCE_COMPLAINT, "days-since-complaint", NUMBER, "days", NULL, "Days since the latest open complaint was opened, else since the latest was closed; unknown without any.")

/* loyalty */
FACT(TIER, "tier", TEXT, "", NULL, "Name of the tier before this order: as the points service says it, even when that is later than this order, else by the shop's own scheme; empty when there is none.")
FACT(NEXT_TIER, "next-tier", TEXT, "", NULL, "Name of the tier above; empty when unknown or at the top.")
FACT(RISEN_TO, "risen-to", TEXT, "", NULL, "Name of the tier that this order lifts to, or that the points service says was just risen to; else empty.")
FACT(TIER_PROGRESS, "tier-progress", NUMBER, "percent", NULL, "How much of the way to the next tier is done: by the shop's scheme from the tier below and with this order, by a points service from 0; 100 at the top, unknown when not a member.")
FACT(POINTS, "points", NUMBER, "points", NULL, "Points held before this order: as the points service says it, even when that is later than this order, else by the shop's own scheme; unknown when not a member.")
FACT(POINTS_EARNED, "points-earned", NUMBER, "points", NULL, "Points that this order earns by the shop's scheme; unknown without a scheme, for guests and where a points service keeps count.")
FACT(POINTS_TO_NEXT, "points-to-next", NUMBER, "points", NULL, "Points missing to the next tier, without this order; unknown when not a member, at the top, or when tiers go by spend.")
FACT(SPEND_TO_NEXT, "spend-to-next", MONEY, "minor units", NULL, "Spend missing to the next tier, without this order, when the shop's tiers go by spend and this order is in their currency; else unknown.")
FACT(POINTS_EXPIRING, "points-expiring", NUMBER, "points", NULL, "Points that lapse next, within the shop's notice, or as the points service says; 0 when none, unknown when not a member.")
FACT(DAYS_TO_EXPIRY, "days-to-expiry", NUMBER, "days", NULL, "Days to the last day on which these are good; unknown when none lapse.")
FACT(POINTS_EXPIRE_ON, "points-expire-on", DAY, "", NULL, "The last day on which these are good; empty when none lapse.")
FACT(REWARD, "reward", TEXT, "", NULL, "The dearest of the shop's rewards that the points held can buy; empty when none.")
FACT(REWARD_POINTS, "reward-points", NUMBER, "points", NULL, "What that reward costs; unknown when none.")
FACT(NEXT_REWARD, "next-reward", TEXT, "", NULL, "The cheapest reward that the points held cannot buy yet; empty when none or not a member.")
FACT(POINTS_TO_REWARD, "points-to-reward", NUMBER, "points", NULL, "Points missing to that reward, without this order; unknown when none.")
FACT(IS_MEMBER, "is-member", TRUTH, "", NULL, "A tier or points are known.")
FACT(LEADERBOARD_PLACE, "leaderboard-place", NUMBER, "", NULL, "Place on the leaderboard, 1 the first, of those who consented to stand there; unknown without that consent.")
FACT(LEADERBOARD_SIZE, "leaderboard-size", NUMBER, "customers", NULL, "How many stand on the leaderboard; unknown with the place.")

/* play */
FACT(BADGES, "badges", NUMBER, "badges", NULL, "Badges of the campaign that the customer holds with this order.")
FACT(NEWEST_BADGE, "newest-badge", TEXT, "", NULL, "Name of the badge earned with this order, of several the one that stands last in the campaign; else empty.")
FACT(NEWEST_BADGE_TITLE, "newest-badge-title", TEXT, "", NULL, "Its title; empty without.")
FACT(BEST_STREAK, "best-streak", NUMBER, "months", NULL, "The longest streak of calendar months in a row with an order, this one included.")

/* tastes */
FACT(FAVOURITE_CATEGORY, "favourite-category", TEXT, "", NULL, "Category with most items kept in past orders, the more recent first when equal; empty without any.")
FACT(FAVOURITE_SKU, "favourite-sku", TEXT, "", NULL, "SKU with most items kept in past orders, the more recent first when equal; empty without any.")
FACT(FAVOURITE_NAME, "favourite-name", TEXT, "", NULL, "Latest name of the favourite SKU in past orders; empty when unknown.")
FACT(CATEGORIES, "categories", NUMBER, "categories", NULL, "Different categories in past orders.")
FACT(NEW_CATEGORY, "new-category", TRUTH, "", NULL, "This order has a category that no past order has; false while no past order tells a category.")
FACT(SOUGHT, "sought", TEXT, "", NULL, "What was latest looked for and not found in a conversation, within a year; empty when nothing.")
FACT(OCCASION, "occasion", TEXT, "", NULL, "The latest occasion named in a conversation, within 180 days; empty when none.")

/* learnt: see tuck fit */
FACT(P_ALIVE, "p-alive", NUMBER, "0-1", NULL, "How likely it is that the customer has not stopped buying (BG/NBD), from the past orders, by what tuck fit learnt. It is 1 for everybody whose past orders fall on one day, however long ago, so a stage should not rest on it. Unknown without past orders or before anything was learnt.")
FACT(EXPECTED_ORDERS, "expected-orders", NUMBER, "days", NULL, "Days with orders to expect in the next 365 days (BG/NBD); unknown like p-alive.")
FACT(EXPECTED_VALUE, "expected-value", MONEY, "minor units", NULL, "What the customer is expected to spend in the next 365 days: expected-orders times the expected spend (Gamma-Gamma). Unknown like p-alive, and when what was learnt is in another currency than this order.")
FACT(NEXT_PRODUCT, "next-product", TEXT, "", NULL, "SKU of the product picked for this customer, by what tuck fit learnt: never bought by them, not on the bench, in stock; empty when there is none.")
FACT(NEXT_NAME, "next-name", TEXT, "", NULL, "Name of the picked product, as the shop's list of products has it; empty when it has none.")
FACT(NEXT_REASON, "next-reason", WORD, "", "goes-with liked-by-many again none", "Why the product was picked: goes-with a product on the bench or bought before, liked-by-many in a category the customer buys of, again because it is about due; none without a pick.")
FACT(NEXT_BECAUSE, "next-because", TEXT, "", NULL, "Name of the product that the picked one goes with, so that it may be said; empty for other reasons.")

/* the person */
FACT(IS_KNOWN, "is-known", TRUTH, "", NULL, "The order names a customer; a guest has no past.")
FACT(HISTORY_COMPLETE, "history-complete", TRUTH, "", NULL, "Every source of this customer's history could be asked; when false, a first order may be none.")
FACT(LANGUAGE, "language", TEXT, "BCP 47", NULL, "The reader's language; the merchant's when the customer has none, en when neither.")
FACT(COUNTRY, "country", TEXT, "ISO 3166-1", NULL, "Country of the destination, else of the customer's address; empty when unknown.")
FACT(REGION, "region", TEXT, "", NULL, "Region of the destination, else of the customer's address when it is in the same country; empty when unknown.")
FACT(CHANNEL, "channel", WORD, "", "email sms post app none unknown", "Preferred channel of the customer.")
FACT(BIRTHDAY_DISTANCE, "birthday-distance", NUMBER, "days", NULL, "Days to the nearest birthday, negative when it is past: -182 to 183; unknown without a birthday. 29 February falls on 1 March in common years.")
FACT(AGE, "age", NUMBER, "years", NULL, "Age in years on the day of the order; unknown without a year of birth.")
FACT(ANNIVERSARY, "anniversary", NUMBER, "years", NULL, "Years from the first past order to the nearest of its yearly days, when that is at most 7 days before or after this order, else 0.")
FACT(CONSENT_MARKETING, "consent-marketing", TRUTH, "", NULL, "Consent to marketing was given.")
FACT(CONSENT_PERSONALISATION, "consent-personalisation", TRUTH, "", NULL, "Consent to personalisation was given.")
FACT(CONSENT_SURVEY, "consent-survey", TRUTH, "", NULL, "Consent to surveys was given.")
FACT(CONSENT_LEADERBOARD, "consent-leaderboard", TRUTH, "", NULL, "Consent to stand on a leaderboard was given.")

/* the moment */
FACT(TODAY, "today", DAY, "", NULL, "Day of the order in the merchant's time zone.")
FACT(WEEKDAY, "weekday", WORD, "", "monday tuesday wednesday thursday friday saturday sunday", "Weekday of the order.")
FACT(IS_WEEKEND, "is-weekend", TRUTH, "", NULL, "The order was placed on a Saturday or Sunday.")
FACT(MONTH, "month", NUMBER, "1-12", NULL, "Month of the order.")
FACT(HOUR, "hour", NUMBER, "0-23", NULL, "Hour of the order in the merchant's time zone.")
FACT(SEASON, "season", WORD, "", "spring summer autumn winter", "Meteorological season of the order's day, which begins on the first of March, June, September and December; of the southern half when the country lies there.")
FACT(WEATHER, "weather", WORD, "", "sun cloud rain snow wind heat frost unknown", "Weather at the destination as the host says it.")
FACT(SALES_CHANNEL, "sales-channel", WORD, "", "web app store marketplace phone unknown", "Where the order came from.")
FACT(STORE, "store", TEXT, "", NULL, "Store named by the host; empty when none.")
FACT(IS_GIFT, "is-gift", TRUTH, "", NULL, "The order is a gift: no prices, no history on paper.")
