/**
 * Puts the metadata functions on `Reflect` that tsyringe asks for while it is being evaluated. Every module of this
 * folder that imports tsyringe imports this one first: ES modules run in the order they are imported. The lite build
 * is taken because it evaluates no strings as code, which Workers forbid. Where an application has installed a
 * polyfill already, what was stored through it stays readable.
 *
 * @module
 */
import "reflect-metadata/lite";
