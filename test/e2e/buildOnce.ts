import { buildAndPack } from '../../playground/pack';

/** Jest runs this once before all test files. E2E_TARBALL may name a package that is there already. */
export default async function buildOnce(): Promise<void> {
	process.env.E2E_TARBALL ??= await buildAndPack();
}
