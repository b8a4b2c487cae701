/** What n8n writes to its log, one JSON text for each line. To be imported before n8n-core. */
export const logLines: string[] = [];

process.env.N8N_LOG_LEVEL = 'debug';
process.env.N8N_LOG_FORMAT = 'json';

// Node's name for the stream behind console.log, to which n8n's logger writes.
const streams = console as unknown as { _stdout: { write(text: string): boolean } };
const stream = streams._stdout;
const write = (text: string) => {
	if (!text.startsWith('{"level"')) return stream.write(text);
	logLines.push(text);
	return true;
};
Object.defineProperty(console, '_stdout', { value: { write } });
