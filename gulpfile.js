const { src, dest } = require('gulp');

const assets = [
	'nodes/**/*.{svg,node.json}',
	'nodes/**/__schema__/**/*.json',
	'credentials/**/*.svg',
];

/** Copies icons, codex files, and output schemas, which the TypeScript compiler ignores. */
exports.assets = () => src(assets, { base: '.', encoding: false }).pipe(dest('dist'));
