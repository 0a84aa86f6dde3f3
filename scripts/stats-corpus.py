#!/usr/bin/env python3
"""Writes test/corpus/stats/*.json: reference values of every interval and test in src/stats, made with SciPy and mpmath.

Run it from the project's root: python3 scripts/stats-corpus.py. It needs scipy >= 1.10 and mpmath; what it writes is
committed, so that the tests need neither. Each file names the function that gave its values. Nothing here shares code
or method with src/stats: intervals come from scipy's quantiles or from root finding in 50 digits, Boschloo's test from
a dense walk over the common rate with scipy's hypergeometric distribution.
"""
import json
import pathlib

import mpmath
import numpy
import scipy
from scipy import optimize, stats

mpmath.mp.dps = 50
OUT = pathlib.Path("test/corpus/stats")


def write(name, source, cases):
    OUT.mkdir(parents=True, exist_ok=True)
    rows = ",\n".join("    " + json.dumps(case) for case in cases)
    (OUT / f"{name}.json").write_text('{\n  "source": %s,\n  "cases": [\n%s\n  ]\n}\n' % (json.dumps(source), rows))
    print(name, len(cases))


TALLIES = [
    (0, 1), (1, 1), (0, 3), (2, 3), (0, 10), (1, 10), (5, 10), (9, 10), (10, 10), (4, 40), (5, 40), (39, 40),
    (0, 100), (7, 100), (50, 100), (0, 3000), (1, 3000), (13, 1000), (5, 25000), (999, 1000), (3000, 3000),
    (0, 10**6), (1, 10**6), (77, 10**6), (123456, 10**6), (0, 10**7), (1, 10**7), (5 * 10**6, 10**7),
    (10**7 - 1, 10**7), (10**7, 10**7), (2500000, 10**7),
]


def clopper_pearson():
    cases = []
    for k, n in TALLIES:
        for confidence in (0.9, 0.95, 0.99, 0.999):
            tail = (1 - confidence) / 2
            low = 0.0 if k == 0 else stats.beta.ppf(tail, k, n - k + 1)
            high = 1.0 if k == n else stats.beta.isf(tail, k + 1, n - k)
            if n <= 1000:
                exact = stats.binomtest(k, n).proportion_ci(confidence, method="exact")
                assert abs(exact.low - low) < 1e-9 and abs(exact.high - high) < 1e-9
            cases.append({"counted": k, "attempts": n, "confidence": confidence, "low": low, "high": high})
    write("clopper-pearson", f"scipy {scipy.__version__}: stats.beta.ppf and isf (checked against binomtest().proportion_ci('exact'))", cases)


def inverse_binomial():
    """Ends by root finding on the negative binomial distribution of the number of misses before the K-th hit."""
    cases = []
    for k, n in [(1, 1), (1, 2), (1, 50), (2, 2), (2, 9), (3, 40), (5, 5), (5, 60), (5, 24000), (10, 1000), (10, 33),
                 (20, 400000), (50, 70), (1, 10**6), (5, 5 * 10**6)]:
        for confidence in (0.9, 0.95, 0.99):
            tail = (1 - confidence) / 2
            low = optimize.brentq(lambda x: stats.nbinom.cdf(n - k, k, 10.0**x) - tail, -15, -1e-13, xtol=1e-15)
            high = None
            if n > k:
                high = 10.0 ** optimize.brentq(lambda x: stats.nbinom.sf(n - k - 1, k, 10.0**x) - tail, -15, -1e-13, xtol=1e-15)
            cases.append({"counted": k, "attempts": n, "confidence": confidence, "low": 10.0**low, "high": 1.0 if high is None else high})
    write("inverse-binomial", f"scipy {scipy.__version__}: optimize.brentq on stats.nbinom.cdf and sf", cases)


def wilson():
    cases = []
    for k, n in TALLIES:
        for confidence in (0.9, 0.95, 0.999):
            ci = stats.binomtest(k, n).proportion_ci(confidence, method="wilson") if n <= 10**6 else None
            if ci is not None:
                cases.append({"counted": k, "attempts": n, "confidence": confidence, "low": ci.low, "high": ci.high})
    write("wilson", f"scipy {scipy.__version__}: stats.binomtest().proportion_ci('wilson')", cases)


def newcombe():
    """Table II of Newcombe 1998 (method 10): the published examples, to the four digits that were printed."""
    table = [
        (56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926), (0, 10, 0, 20, -0.1611, 0.2775), (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0), (10, 10, 0, 10, 0.6075, 1.0),
    ]
    cases = [
        {"a": [k2, n2], "b": [k1, n1], "confidence": 0.95, "low": low, "high": high}
        for k1, n1, k2, n2, low, high in table
    ]
    write("newcombe-table", "R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10, to 4 digits", cases)
    rows = []
    pairs = [((3, 40), (9, 40)), ((0, 100), (5, 100)), ((2, 3000), (19, 2500)), ((1, 2), (1, 3)), ((40, 40), (37, 40)),
             ((5, 25000), (90, 30000)), ((500, 1000), (480, 900)), ((0, 3000), (0, 3000)), ((17, 100000), (0, 1000))]
    for (ka, na), (kb, nb) in pairs:
        for confidence in (0.9, 0.95, 0.99):
            wa = stats.binomtest(ka, na).proportion_ci(confidence, method="wilson")
            wb = stats.binomtest(kb, nb).proportion_ci(confidence, method="wilson")
            pa, pb = ka / na, kb / nb
            rows.append({
                "a": [ka, na], "b": [kb, nb], "confidence": confidence,
                "low": pb - pa - float(numpy.hypot(pb - wb.low, wa.high - pa)),
                "high": pb - pa + float(numpy.hypot(wb.high - pb, pa - wa.low)),
            })
    write("newcombe", f"scipy {scipy.__version__}: method 10 over stats.binomtest().proportion_ci('wilson')", rows)


def confidence_sequence():
    """The two rates at which the mixture martingale reaches 1 / alpha, in 50 digits."""
    cases = []
    for k, n in [(0, 1), (0, 10), (1, 10), (5, 10), (10, 10), (3, 100), (0, 3000), (1, 3000), (60, 3000), (2999, 3000),
                 (5, 25000), (500000, 10**6), (3, 10**6), (0, 10**7), (12, 10**7)]:
        for confidence in (0.9, 0.95, 0.99):
            half = mpmath.mpf(1) / 2
            mixture = mpmath.log(mpmath.beta(k + half, n - k + half) / mpmath.beta(half, half))
            limit = mpmath.log(1 / (1 - mpmath.mpf(str(confidence))))

            def excess(x):
                p = 1 / (1 + mpmath.exp(-x))
                loglik = (k * mpmath.log(p) if k else 0) - ((n - k) * mpmath.log(1 + mpmath.exp(x)) if n > k else 0)
                return mixture - loglik - limit

            middle = mpmath.log(mpmath.mpf(k) / (n - k)) if 0 < k < n else None
            rate = lambda x: float(1 / (1 + mpmath.exp(-x)))
            low, high = 0.0, 1.0
            if k > 0:
                low = rate(bisect(excess, -60, middle if middle is not None else 60))
            if k < n:
                high = rate(bisect(excess, 60, middle if middle is not None else -60))
            cases.append({"counted": k, "attempts": n, "confidence": confidence, "low": low, "high": high})
    write("confidence-sequence", f"mpmath {mpmath.__version__}, 50 digits: roots of beta(k+1/2, n-k+1/2) / beta(1/2, 1/2) / (p^k (1-p)^(n-k)) = 1 / (1 - confidence)", cases)


def bisect(f, outside, inside):
    outside, inside = mpmath.mpf(outside), mpmath.mpf(inside)
    for _ in range(90):
        middle = (outside + inside) / 2
        if f(middle) > 0:
            outside = middle
        else:
            inside = middle
    return (outside + inside) / 2


PAIRS = [
    ((0, 3), (3, 3)), ((0, 2), (2, 2)), ((1, 5), (4, 5)), ((0, 10), (3, 10)), ((0, 10), (5, 10)), ((2, 10), (7, 10)),
    ((7, 12), (1, 9)), ((2, 30), (9, 25)), ((0, 40), (0, 40)), ((0, 40), (5, 40)), ((4, 40), (0, 40)), ((4, 40), (5, 40)),
    ((10, 10), (6, 8)), ((7, 7), (7, 9)), ((1, 100), (9, 100)), ((0, 100), (5, 100)), ((0, 50), (3, 200)), ((30, 60), (45, 60)),
    ((12, 15), (3, 25)), ((0, 5), (20, 20)), ((1, 1), (0, 1)), ((3, 4), (1, 7)), ((0, 200), (6, 200)), ((8, 17), (9, 19)),
]
LARGE = [((0, 600), (8, 600)), ((5, 600), (20, 600)), ((300, 600), (350, 600)), ((3, 300), (60, 800))]


def boschloo_by_walk(a, b):
    """One-sided p-value for "b is higher": every table's Fisher p-value, then a dense walk over the common rate."""
    (ka, na), (kb, nb) = a, b
    x, y = numpy.meshgrid(numpy.arange(na + 1), numpy.arange(nb + 1), indexing="ij")
    fisher = stats.hypergeom.sf(y - 1, na + nb, nb, x + y)
    extreme = fisher <= fisher[ka, kb] * (1 + 1e-9)

    def probability(p):
        pa = stats.binom.pmf(numpy.arange(na + 1), na, p)
        pb = stats.binom.pmf(numpy.arange(nb + 1), nb, p)
        return float(pa @ extreme @ pb)

    rates = numpy.sin(numpy.linspace(0, numpy.pi / 2, 2001 if na + nb <= 500 else 401)) ** 2
    heights = numpy.array([probability(p) for p in rates])
    best = heights.max()
    for i in numpy.argsort(heights)[-6:]:
        found = optimize.minimize_scalar(
            lambda p: -probability(p), bounds=(rates[max(0, i - 1)], rates[min(len(rates) - 1, i + 1)]), method="bounded",
            options={"xatol": 1e-12})
        best = max(best, -found.fun)
    return best


def exact_tests():
    cases = []
    for a, b in PAIRS + LARGE:
        (ka, na), (kb, nb) = a, b
        table = [[ka, kb], [na - ka, nb - kb]]
        fisher = min(1.0, 2 * min(stats.fisher_exact(table, "less")[1], stats.fisher_exact(table, "greater")[1]))
        boschloo = min(1.0, 2 * min(boschloo_by_walk(a, b), boschloo_by_walk(b, a)))
        if na + nb <= 200:
            # scipy's own optimiser may stop a little below the top, never above it.
            other = stats.boschloo_exact(table, "two-sided", n=128).pvalue
            assert other <= boschloo * (1 + 1e-6) and other >= boschloo * 0.995, (a, b, other, boschloo)
        cases.append({"a": a, "b": b, "boschloo": boschloo, "fisher": fisher})
    write("exact-tests", f"scipy {scipy.__version__}: stats.hypergeom, stats.binom and a walk over the common rate, within 0.5 % of stats.boschloo_exact; stats.fisher_exact; two-sided = twice the smaller side", cases)


def detect():
    cases = []
    for rate in (0.5, 0.1, 0.01, 1 / 200, 0.001, 1 / 5000, 1e-5, 1e-6):
        for confidence in (0.9, 0.95, 0.99):
            n = mpmath.log(1 - mpmath.mpf(str(confidence))) / mpmath.log(1 - mpmath.mpf(rate))
            cases.append({"rate": rate, "confidence": confidence, "attempts": int(mpmath.ceil(n))})
    write("attempts-to-detect", f"mpmath {mpmath.__version__}, 50 digits: ceil(ln(1 - confidence) / ln(1 - rate))", cases)


clopper_pearson()
inverse_binomial()
wilson()
newcombe()
confidence_sequence()
exact_tests()
detect()
