import { installN8n } from '../../playground/install';
import { buildAndPack } from '../../playground/pack';
import { linesUnderTest } from '../../playground/paths';

/** Jest runs this once, before the test files: several run at a time, and none builds or installs. */
export default async function prepare(): Promise<void> {
	process.env.E2E_TARBALL = await buildAndPack();
	for (const line of linesUnderTest) await installN8n(line);
}
