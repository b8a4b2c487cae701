const { src, dest } = require('gulp');

/** Icons and codex files, which the TypeScript compiler leaves behind. */
exports.assets = () =>
	src(['nodes/**/*.{svg,node.json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(
		dest('dist'),
	);
