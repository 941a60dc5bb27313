import type { At } from './source';

/** A type as it is written: a name with what stands between its angle brackets; a count is an expression. */
export interface TypeName extends At {
  name: string;
  of: TypeName[];
  count?: Expression;
}

export type Expression = At &
  (
    | { kind: 'number'; text: string }
    | { kind: 'bool'; value: boolean }
    | { kind: 'name'; name: string }
    | { kind: 'call'; callee: TypeName; args: Expression[] }
    | { kind: 'unary'; op: '-' | '!' | '~' | '*' | '&'; of: Expression }
    | { kind: 'binary'; op: string; left: Expression; right: Expression }
    | { kind: 'member'; of: Expression; name: string }
    | { kind: 'index'; of: Expression; index: Expression }
  );

export type Statement = At &
  (
    | { kind: 'declare'; how: 'let' | 'const' | 'var'; name: string; type?: TypeName; value?: Expression }
    /** `op` is what is done before: `+` for `+=`, nothing for `=`. */
    | { kind: 'assign'; op: string; to: Expression; value: Expression }
    | { kind: 'call'; call: Expression }
    | { kind: 'if'; condition: Expression; then: Statement[]; otherwise: Statement[] }
    | { kind: 'for'; first?: Statement; condition?: Expression; next?: Statement; body: Statement[] }
    | { kind: 'block'; body: Statement[] }
    | { kind: 'return'; value?: Expression }
    | { kind: 'break' }
    | { kind: 'continue' }
  );

/** An attribute with what stands in its brackets: `@workgroup_size(8, 8)`. */
export interface Attribute {
  name: string;
  args: Expression[];
}

export interface Parameter extends At {
  name: string;
  type: TypeName;
  attributes: Attribute[];
}

export interface FunctionDeclaration extends At {
  name: string;
  attributes: Attribute[];
  parameters: Parameter[];
  result?: TypeName;
  body: Statement[];
}

export interface ModuleVariable extends At {
  name: string;
  space: string;
  access: string;
  type: TypeName;
  attributes: Attribute[];
}

/** A `const` or an `override` of the module. */
export interface ModuleConstant extends At {
  name: string;
  type?: TypeName;
  value?: Expression;
  override: boolean;
}

/** A module by the names of what it declares. */
export interface ModuleSyntax {
  aliases: Map<string, TypeName>;
  structs: Map<string, { name: string; type: TypeName }[]>;
  constants: Map<string, ModuleConstant>;
  variables: Map<string, ModuleVariable>;
  functions: Map<string, FunctionDeclaration>;
}
