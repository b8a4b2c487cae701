/**
 * Runs a failed test once more, and prints the first failure. A browser, n8n, or a queue misses a
 * moment now and then on a busy machine; what is broken fails twice.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
