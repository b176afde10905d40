package dev.breakwater.bench.workload;

/** The standard normal distribution. */
final class Normal {
    private Normal() {}

    /**
     * The value below which {@code p} of the distribution lies. Bisection over the series of the distribution function (Marsaglia,
     * "Evaluating the Normal Distribution", 2004): slow and short, which suits some hundred calls.
     *
     * @param p above 0 and below 1
     */
    static double quantile(double p) {
        double low = -8;
        double high = 8;
        while (high - low > 1e-9) {
            double middle = (low + high) / 2;
            if (distribution(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private static double distribution(double x) {
        double sum = x;
        double term = x;
        for (int i = 3; Math.abs(term) > 1e-16; i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
