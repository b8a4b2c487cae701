// n8n loads the files listed under "n8n" in package.json. This file is the package's `main`.
module.exports = {};
