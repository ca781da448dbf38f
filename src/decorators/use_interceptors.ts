// @UseInterceptors: notes interceptors for a service class or for one of its methods. Nothing is resolved here.
import { type InterceptorLike, noteInterceptors } from "../rpc/interceptor.ts";
import { ownerOf, readMember } from "./member.ts";

/** The decorator that `@UseInterceptors` makes: it fits classes and methods. */
export interface UseInterceptorsDecorator {
  (target: new (...args: never[]) => object, context?: ClassDecoratorContext): void;
  (target: (...args: never) => unknown, context: ClassMethodDecoratorContext): void;
  (target: object, property: string, descriptor: PropertyDescriptor): void;
}

/**
 * Sets interceptors for a service class or for one of its methods. They run after those of the app, those of the class
 * before those of the method, in the order given.
 *
 * @param interceptors functions of connect-es's shape, or classes with an `intercept` method, made by dependency injection.
 * @example
 * ```ts
 * @Service("shop.v1.Orders")
 * @UseInterceptors(Authenticate)
 * class Orders {}
 * ```
 */
export function UseInterceptors(...interceptors: readonly InterceptorLike[]): UseInterceptorsDecorator {
  return (target: unknown, context?: unknown): void => {
    const onClass = context === undefined || (context as { kind?: unknown }).kind === "class";
    if (onClass) return noteInterceptors(ownerOf(target as { prototype: object }, context), "", interceptors);
    const member = readMember("UseInterceptors", target, context);
    noteInterceptors(member.owner, member.property, interceptors);
  };
}
