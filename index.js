// n8n loads the files listed under "n8n" in package.json; npm wants a main file.
module.exports = {};
