'use strict';

/**
 * An expected «no» with a stable word (README, «Errors»). Thrown out of a transaction its message is «WORD: detail»; in a list it
 * becomes the item's status. Everything else that is thrown is a fault and fails the transaction.
 */
class Refusal extends Error {
    /**
     * @param {string} word one of the words of the README
     * @param {string} detail for people
     */
    constructor(word, detail) {
        super(`${word}: ${detail}`);
        this.word = word;
        this.detail = detail;
    }
}

module.exports = Refusal;
