const { src, dest } = require('gulp');

/** Copies icons and codex files, which the TypeScript compiler ignores. */
exports.assets = () =>
	src(['nodes/**/*.{svg,node.json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(
		dest('dist'),
	);
