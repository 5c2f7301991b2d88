# The shop's look: schema, theme, pages and art. They install as they lie here.
EXTRA_DIST += templates/template.rnc templates/template.rng templates/README.md

nobase_dist_pkgdata_DATA += templates/theme.xml templates/thermal.xml templates/plain.xml \
	templates/badge/template.xml \
	templates/challenge/template.xml \
	templates/challenge-met/template.xml \
	templates/leaderboard/template.xml \
	templates/points-expiry/template.xml \
	templates/points-statement/template.xml \
	templates/reward-in-reach/template.xml \
	templates/surprise/template.xml \
	templates/tier-risen/template.xml \
	templates/anniversary/template.xml \
	templates/apology/template.xml \
	templates/birthday-again/template.xml \
	templates/birthday/template.xml \
	templates/box-front/template.xml \
	templates/box-lid/template.xml \
	templates/brew-lesson/template.xml \
	templates/brewing-guide/template.xml \
	templates/care-card/template.xml \
	templates/choose-one/template.xml \
	templates/coupon-amount/template.xml \
	templates/coupon-birthday/template.xml \
	templates/coupon-make-good/template.xml \
	templates/coupon-percent/template.xml \
	templates/coupon-tier/template.xml \
	templates/coupon-win-back/template.xml \
	templates/easy-returns/template.xml \
	templates/first-dibs/template.xml \
	templates/first-look/template.xml \
	templates/follow-up/template.xml \
	templates/found-it/template.xml \
	templates/gift-note/template.xml \
	templates/how-to/template.xml \
	templates/just-because/template.xml \
	templates/local-holiday/template.xml \
	templates/local-shelf/template.xml \
	templates/low-effort/template.xml \
	templates/mended/template.xml \
	templates/milestone/template.xml \
	templates/moment/template.xml \
	templates/once-liked/template.xml \
	templates/pick-slip/template.xml \
	templates/picked-for-you/template.xml \
	templates/plain-label/template.xml \
	templates/printer-test/template.xml \
	templates/rainy-weekend/template.xml \
	templates/refer-a-friend/template.xml \
	templates/remembered/template.xml \
	templates/second-parcel/template.xml \
	templates/store-near/template.xml \
	templates/streak/template.xml \
	templates/survey/template.xml \
	templates/tasting-circle/template.xml \
	templates/thank-you-label/template.xml \
	templates/thank-you/template.xml \
	templates/thermal-coupon/template.xml \
	templates/thermal-thank-you/template.xml \
	templates/tier-progress/template.xml \
	templates/unboxing/template.xml \
	templates/wave-separator/template.xml \
	templates/welcome/template.xml \
	templates/you-asked/template.xml \
	templates/your-taste/template.xml

nobase_dist_pkgdata_DATA += \
	templates/art/chili.svg \
	templates/art/cinnamon.svg \
	templates/art/cosy.svg \
	templates/art/cup-mended.svg \
	templates/art/cup-warm.svg \
	templates/art/cup.svg \
	templates/art/curls-paper.svg \
	templates/art/curls-warm.svg \
	templates/art/fern-ghost.svg \
	templates/art/fern-pale.svg \
	templates/art/fern-paper.svg \
	templates/art/fern.svg \
	templates/art/fiddlehead-pale.svg \
	templates/art/fiddlehead.svg \
	templates/art/kettle-fern.svg \
	templates/art/kettle-line.svg \
	templates/art/kettle-pale.svg \
	templates/art/kettle.svg \
	templates/art/logo-black.svg \
	templates/art/logo-ink.svg \
	templates/art/logo-pale.svg \
	templates/art/logo-white.svg \
	templates/art/logo.svg \
	templates/art/mark.svg \
	templates/art/parcel.svg \
	templates/art/rain.svg \
	templates/art/ramp.png \
	templates/art/ruler-inch-across.svg \
	templates/art/ruler-inch-down.svg \
	templates/art/ruler-mm-across.svg \
	templates/art/ruler-mm-down.svg \
	templates/art/spoon-fiddle.svg \
	templates/art/spoon-kettle.svg \
	templates/art/spoon-leaf.svg \
	templates/art/spoon-star.svg \
	templates/art/spoon-sun.svg \
	templates/art/spoon-twist.svg \
	templates/art/star-anise.svg \
	templates/art/strainer.svg \
	templates/art/tea-sprig-line.svg \
	templates/art/tea-sprig-pale.svg \
	templates/art/tea-sprig-white.svg \
	templates/art/tea-sprig.svg \
	templates/art/teapot-candle.svg \
	templates/art/teapot.svg \
	templates/art/tier-bloom-line.svg \
	templates/art/tier-bloom-pale.svg \
	templates/art/tier-bud-line.svg \
	templates/art/tier-bud-pale.svg \
	templates/art/tier-bud.svg \
	templates/art/tier-leaf-line.svg \
	templates/art/tier-leaf-pale.svg \
	templates/art/tier-leaf.svg \
	templates/art/tile-fern-pale.svg \
	templates/art/tile-pots-pale.svg \
	templates/art/tile-spice-pale.svg \
	templates/art/tile-tea-pale.svg \
	templates/art/two-cups.svg \
	templates/art/wedge.png \
	templates/art/wordmark.svg

TESTS += tests/house/templates-valid.sh
EXTRA_DIST += tests/house/templates-valid.sh

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-labels
TESTS += tests/unit/test-labels
tests_unit_test_labels_SOURCES = tests/unit/test-labels.c
tests_unit_test_labels_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DWORKER_PATH='"$(abs_top_builddir)/tuck-press"' \
	-DFONTS_CONF='"$(abs_top_srcdir)/plugin/page/fonts.conf"' \
	-DTEMPLATE_DIR='"$(abs_top_srcdir)/templates"'
tests_unit_test_labels_LDADD = plugin/press/libpress.la plugin/base/libbase.la $(CMOCKA_LIBS)
endif

# translations, beside what they translate
nobase_dist_pkgdata_DATA += \
	templates/anniversary/template.de.xlf templates/anniversary/template.fa.xlf \
	templates/anniversary/template.he.xlf templates/anniversary/template.ja.xlf \
	templates/anniversary/template.ms.xlf templates/anniversary/template.ru.xlf \
	templates/apology/template.de.xlf templates/apology/template.fa.xlf \
	templates/apology/template.he.xlf templates/apology/template.ja.xlf \
	templates/apology/template.ms.xlf templates/apology/template.ru.xlf \
	templates/badge/template.de.xlf templates/badge/template.fa.xlf \
	templates/badge/template.he.xlf templates/badge/template.ja.xlf \
	templates/badge/template.ms.xlf templates/badge/template.ru.xlf \
	templates/birthday-again/template.de.xlf templates/birthday-again/template.fa.xlf \
	templates/birthday-again/template.he.xlf templates/birthday-again/template.ja.xlf \
	templates/birthday-again/template.ms.xlf templates/birthday-again/template.ru.xlf \
	templates/birthday/template.de.xlf templates/birthday/template.fa.xlf \
	templates/birthday/template.he.xlf templates/birthday/template.ja.xlf \
	templates/birthday/template.ms.xlf templates/birthday/template.ru.xlf \
	templates/box-front/template.de.xlf templates/box-front/template.fa.xlf \
	templates/box-front/template.he.xlf templates/box-front/template.ja.xlf \
	templates/box-front/template.ms.xlf templates/box-front/template.ru.xlf \
	templates/box-lid/template.de.xlf templates/box-lid/template.fa.xlf \
	templates/box-lid/template.he.xlf templates/box-lid/template.ja.xlf \
	templates/box-lid/template.ms.xlf templates/box-lid/template.ru.xlf \
	templates/brew-lesson/template.de.xlf templates/brew-lesson/template.fa.xlf \
	templates/brew-lesson/template.he.xlf templates/brew-lesson/template.ja.xlf \
	templates/brew-lesson/template.ms.xlf templates/brew-lesson/template.ru.xlf \
	templates/brewing-guide/template.de.xlf templates/brewing-guide/template.fa.xlf \
	templates/brewing-guide/template.he.xlf templates/brewing-guide/template.ja.xlf \
	templates/brewing-guide/template.ms.xlf templates/brewing-guide/template.ru.xlf \
	templates/care-card/template.de.xlf templates/care-card/template.fa.xlf \
	templates/care-card/template.he.xlf templates/care-card/template.ja.xlf \
	templates/care-card/template.ms.xlf templates/care-card/template.ru.xlf \
	templates/challenge-met/template.de.xlf templates/challenge-met/template.fa.xlf \
	templates/challenge-met/template.he.xlf templates/challenge-met/template.ja.xlf \
	templates/challenge-met/template.ms.xlf templates/challenge-met/template.ru.xlf \
	templates/challenge/template.de.xlf templates/challenge/template.fa.xlf \
	templates/challenge/template.he.xlf templates/challenge/template.ja.xlf \
	templates/challenge/template.ms.xlf templates/challenge/template.ru.xlf \
	templates/choose-one/template.de.xlf templates/choose-one/template.fa.xlf \
	templates/choose-one/template.he.xlf templates/choose-one/template.ja.xlf \
	templates/choose-one/template.ms.xlf templates/choose-one/template.ru.xlf \
	templates/coupon-amount/template.de.xlf templates/coupon-amount/template.fa.xlf \
	templates/coupon-amount/template.he.xlf templates/coupon-amount/template.ja.xlf \
	templates/coupon-amount/template.ms.xlf templates/coupon-amount/template.ru.xlf \
	templates/coupon-birthday/template.de.xlf templates/coupon-birthday/template.fa.xlf \
	templates/coupon-birthday/template.he.xlf templates/coupon-birthday/template.ja.xlf \
	templates/coupon-birthday/template.ms.xlf templates/coupon-birthday/template.ru.xlf \
	templates/coupon-make-good/template.de.xlf templates/coupon-make-good/template.fa.xlf \
	templates/coupon-make-good/template.he.xlf templates/coupon-make-good/template.ja.xlf \
	templates/coupon-make-good/template.ms.xlf templates/coupon-make-good/template.ru.xlf \
	templates/coupon-percent/template.de.xlf templates/coupon-percent/template.fa.xlf \
	templates/coupon-percent/template.he.xlf templates/coupon-percent/template.ja.xlf \
	templates/coupon-percent/template.ms.xlf templates/coupon-percent/template.ru.xlf \
	templates/coupon-tier/template.de.xlf templates/coupon-tier/template.fa.xlf \
	templates/coupon-tier/template.he.xlf templates/coupon-tier/template.ja.xlf \
	templates/coupon-tier/template.ms.xlf templates/coupon-tier/template.ru.xlf \
	templates/coupon-win-back/template.de.xlf templates/coupon-win-back/template.fa.xlf \
	templates/coupon-win-back/template.he.xlf templates/coupon-win-back/template.ja.xlf \
	templates/coupon-win-back/template.ms.xlf templates/coupon-win-back/template.ru.xlf \
	templates/easy-returns/template.de.xlf templates/easy-returns/template.fa.xlf \
	templates/easy-returns/template.he.xlf templates/easy-returns/template.ja.xlf \
	templates/easy-returns/template.ms.xlf templates/easy-returns/template.ru.xlf \
	templates/first-dibs/template.de.xlf templates/first-dibs/template.fa.xlf \
	templates/first-dibs/template.he.xlf templates/first-dibs/template.ja.xlf \
	templates/first-dibs/template.ms.xlf templates/first-dibs/template.ru.xlf \
	templates/first-look/template.de.xlf templates/first-look/template.fa.xlf \
	templates/first-look/template.he.xlf templates/first-look/template.ja.xlf \
	templates/first-look/template.ms.xlf templates/first-look/template.ru.xlf \
	templates/follow-up/template.de.xlf templates/follow-up/template.fa.xlf \
	templates/follow-up/template.he.xlf templates/follow-up/template.ja.xlf \
	templates/follow-up/template.ms.xlf templates/follow-up/template.ru.xlf \
	templates/found-it/template.de.xlf templates/found-it/template.fa.xlf \
	templates/found-it/template.he.xlf templates/found-it/template.ja.xlf \
	templates/found-it/template.ms.xlf templates/found-it/template.ru.xlf \
	templates/gift-note/template.de.xlf templates/gift-note/template.fa.xlf \
	templates/gift-note/template.he.xlf templates/gift-note/template.ja.xlf \
	templates/gift-note/template.ms.xlf templates/gift-note/template.ru.xlf \
	templates/how-to/template.de.xlf templates/how-to/template.fa.xlf \
	templates/how-to/template.he.xlf templates/how-to/template.ja.xlf \
	templates/how-to/template.ms.xlf templates/how-to/template.ru.xlf \
	templates/just-because/template.de.xlf templates/just-because/template.fa.xlf \
	templates/just-because/template.he.xlf templates/just-because/template.ja.xlf \
	templates/just-because/template.ms.xlf templates/just-because/template.ru.xlf \
	templates/leaderboard/template.de.xlf templates/leaderboard/template.fa.xlf \
	templates/leaderboard/template.he.xlf templates/leaderboard/template.ja.xlf \
	templates/leaderboard/template.ms.xlf templates/leaderboard/template.ru.xlf \
	templates/local-holiday/template.de.xlf templates/local-holiday/template.fa.xlf \
	templates/local-holiday/template.he.xlf templates/local-holiday/template.ja.xlf \
	templates/local-holiday/template.ms.xlf templates/local-holiday/template.ru.xlf \
	templates/local-shelf/template.de.xlf templates/local-shelf/template.fa.xlf \
	templates/local-shelf/template.he.xlf templates/local-shelf/template.ja.xlf \
	templates/local-shelf/template.ms.xlf templates/local-shelf/template.ru.xlf \
	templates/low-effort/template.de.xlf templates/low-effort/template.fa.xlf \
	templates/low-effort/template.he.xlf templates/low-effort/template.ja.xlf \
	templates/low-effort/template.ms.xlf templates/low-effort/template.ru.xlf \
	templates/mended/template.de.xlf templates/mended/template.fa.xlf \
	templates/mended/template.he.xlf templates/mended/template.ja.xlf \
	templates/mended/template.ms.xlf templates/mended/template.ru.xlf \
	templates/milestone/template.de.xlf templates/milestone/template.fa.xlf \
	templates/milestone/template.he.xlf templates/milestone/template.ja.xlf \
	templates/milestone/template.ms.xlf templates/milestone/template.ru.xlf \
	templates/moment/template.de.xlf templates/moment/template.fa.xlf \
	templates/moment/template.he.xlf templates/moment/template.ja.xlf \
	templates/moment/template.ms.xlf templates/moment/template.ru.xlf \
	templates/once-liked/template.de.xlf templates/once-liked/template.fa.xlf \
	templates/once-liked/template.he.xlf templates/once-liked/template.ja.xlf \
	templates/once-liked/template.ms.xlf templates/once-liked/template.ru.xlf \
	templates/pick-slip/template.de.xlf templates/pick-slip/template.fa.xlf \
	templates/pick-slip/template.he.xlf templates/pick-slip/template.ja.xlf \
	templates/pick-slip/template.ms.xlf templates/pick-slip/template.ru.xlf \
	templates/picked-for-you/template.de.xlf templates/picked-for-you/template.fa.xlf \
	templates/picked-for-you/template.he.xlf templates/picked-for-you/template.ja.xlf \
	templates/picked-for-you/template.ms.xlf templates/picked-for-you/template.ru.xlf \
	templates/plain.de.xlf templates/plain.fa.xlf \
	templates/plain.he.xlf templates/plain.ja.xlf \
	templates/plain.ms.xlf templates/plain.ru.xlf \
	templates/theme.de.xlf templates/theme.fa.xlf \
	templates/theme.he.xlf templates/theme.ja.xlf \
	templates/theme.ms.xlf templates/theme.ru.xlf \
	templates/points-expiry/template.de.xlf templates/points-expiry/template.fa.xlf \
	templates/points-expiry/template.he.xlf templates/points-expiry/template.ja.xlf \
	templates/points-expiry/template.ms.xlf templates/points-expiry/template.ru.xlf \
	templates/points-statement/template.de.xlf templates/points-statement/template.fa.xlf \
	templates/points-statement/template.he.xlf templates/points-statement/template.ja.xlf \
	templates/points-statement/template.ms.xlf templates/points-statement/template.ru.xlf \
	templates/rainy-weekend/template.de.xlf templates/rainy-weekend/template.fa.xlf \
	templates/rainy-weekend/template.he.xlf templates/rainy-weekend/template.ja.xlf \
	templates/rainy-weekend/template.ms.xlf templates/rainy-weekend/template.ru.xlf \
	templates/refer-a-friend/template.de.xlf templates/refer-a-friend/template.fa.xlf \
	templates/refer-a-friend/template.he.xlf templates/refer-a-friend/template.ja.xlf \
	templates/refer-a-friend/template.ms.xlf templates/refer-a-friend/template.ru.xlf \
	templates/remembered/template.de.xlf templates/remembered/template.fa.xlf \
	templates/remembered/template.he.xlf templates/remembered/template.ja.xlf \
	templates/remembered/template.ms.xlf templates/remembered/template.ru.xlf \
	templates/reward-in-reach/template.de.xlf templates/reward-in-reach/template.fa.xlf \
	templates/reward-in-reach/template.he.xlf templates/reward-in-reach/template.ja.xlf \
	templates/reward-in-reach/template.ms.xlf templates/reward-in-reach/template.ru.xlf \
	templates/second-parcel/template.de.xlf templates/second-parcel/template.fa.xlf \
	templates/second-parcel/template.he.xlf templates/second-parcel/template.ja.xlf \
	templates/second-parcel/template.ms.xlf templates/second-parcel/template.ru.xlf \
	templates/store-near/template.de.xlf templates/store-near/template.fa.xlf \
	templates/store-near/template.he.xlf templates/store-near/template.ja.xlf \
	templates/store-near/template.ms.xlf templates/store-near/template.ru.xlf \
	templates/streak/template.de.xlf templates/streak/template.fa.xlf \
	templates/streak/template.he.xlf templates/streak/template.ja.xlf \
	templates/streak/template.ms.xlf templates/streak/template.ru.xlf \
	templates/surprise/template.de.xlf templates/surprise/template.fa.xlf \
	templates/surprise/template.he.xlf templates/surprise/template.ja.xlf \
	templates/surprise/template.ms.xlf templates/surprise/template.ru.xlf \
	templates/survey/template.de.xlf templates/survey/template.fa.xlf \
	templates/survey/template.he.xlf templates/survey/template.ja.xlf \
	templates/survey/template.ms.xlf templates/survey/template.ru.xlf \
	templates/tasting-circle/template.de.xlf templates/tasting-circle/template.fa.xlf \
	templates/tasting-circle/template.he.xlf templates/tasting-circle/template.ja.xlf \
	templates/tasting-circle/template.ms.xlf templates/tasting-circle/template.ru.xlf \
	templates/thank-you-label/template.de.xlf templates/thank-you-label/template.fa.xlf \
	templates/thank-you-label/template.he.xlf templates/thank-you-label/template.ja.xlf \
	templates/thank-you-label/template.ms.xlf templates/thank-you-label/template.ru.xlf \
	templates/thank-you/template.de.xlf templates/thank-you/template.fa.xlf \
	templates/thank-you/template.he.xlf templates/thank-you/template.ja.xlf \
	templates/thank-you/template.ms.xlf templates/thank-you/template.ru.xlf \
	templates/thermal-coupon/template.de.xlf templates/thermal-coupon/template.fa.xlf \
	templates/thermal-coupon/template.he.xlf templates/thermal-coupon/template.ja.xlf \
	templates/thermal-coupon/template.ms.xlf templates/thermal-coupon/template.ru.xlf \
	templates/thermal-thank-you/template.de.xlf templates/thermal-thank-you/template.fa.xlf \
	templates/thermal-thank-you/template.he.xlf templates/thermal-thank-you/template.ja.xlf \
	templates/thermal-thank-you/template.ms.xlf templates/thermal-thank-you/template.ru.xlf \
	templates/tier-progress/template.de.xlf templates/tier-progress/template.fa.xlf \
	templates/tier-progress/template.he.xlf templates/tier-progress/template.ja.xlf \
	templates/tier-progress/template.ms.xlf templates/tier-progress/template.ru.xlf \
	templates/tier-risen/template.de.xlf templates/tier-risen/template.fa.xlf \
	templates/tier-risen/template.he.xlf templates/tier-risen/template.ja.xlf \
	templates/tier-risen/template.ms.xlf templates/tier-risen/template.ru.xlf \
	templates/unboxing/template.de.xlf templates/unboxing/template.fa.xlf \
	templates/unboxing/template.he.xlf templates/unboxing/template.ja.xlf \
	templates/unboxing/template.ms.xlf templates/unboxing/template.ru.xlf \
	templates/wave-separator/template.de.xlf templates/wave-separator/template.fa.xlf \
	templates/wave-separator/template.he.xlf templates/wave-separator/template.ja.xlf \
	templates/wave-separator/template.ms.xlf templates/wave-separator/template.ru.xlf \
	templates/welcome/template.de.xlf templates/welcome/template.fa.xlf \
	templates/welcome/template.he.xlf templates/welcome/template.ja.xlf \
	templates/welcome/template.ms.xlf templates/welcome/template.ru.xlf \
	templates/you-asked/template.de.xlf templates/you-asked/template.fa.xlf \
	templates/you-asked/template.he.xlf templates/you-asked/template.ja.xlf \
	templates/you-asked/template.ms.xlf templates/you-asked/template.ru.xlf \
	templates/your-taste/template.de.xlf templates/your-taste/template.fa.xlf \
	templates/your-taste/template.he.xlf templates/your-taste/template.ja.xlf \
	templates/your-taste/template.ms.xlf templates/your-taste/template.ru.xlf
