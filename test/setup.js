const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

// n8n-core writes to its user folder when it's loaded.
process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'n8n-test-'));
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';

// A large heap slows garbage collection down, and Jest warns if a worker takes half a second to free
// it when it exits. V8 would let it grow to gigabytes, because each test file loads its own modules.
if (process.memoryUsage().heapUsed > 200e6) {
	setFlagsFromString('--expose-gc');
	runInNewContext('gc')();
}
