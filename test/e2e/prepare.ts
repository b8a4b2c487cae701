import { installN8n } from '../../playground/install';
import { buildAndPack } from '../../playground/pack';
import { linesUnderTest } from '../../playground/paths';

/** Builds the package and installs n8n once, before Jest runs the test files in parallel. */
export default async function prepare(): Promise<void> {
	process.env.E2E_TARBALL = await buildAndPack();
	for (const line of linesUnderTest) await installN8n(line);
}
