//! Node-kind and field ids of the pinned tree-sitter-python grammar, as constants for `match`.
//! `tests/kinds.rs` compares every constant with the grammar; nothing here may depend on another module.

/// A node kind id, as `Node::kind_id` returns it.
pub type Kind = u16;

/// `identifier`
pub const IDENTIFIER: Kind = 1;
/// `;` (token)
pub const SEMICOLON: Kind = 2;
/// `import` (token)
pub const KW_IMPORT: Kind = 3;
/// `.` (token)
pub const DOT: Kind = 4;
/// `from` (token)
pub const KW_FROM: Kind = 5;
/// `__future__` (token)
pub const KW___FUTURE__: Kind = 6;
/// `(` (token)
pub const L_PAREN: Kind = 7;
/// `)` (token)
pub const R_PAREN: Kind = 8;
/// `,` (token)
pub const COMMA: Kind = 9;
/// `as` (token)
pub const KW_AS: Kind = 10;
/// `*` (token)
pub const STAR: Kind = 11;
/// `print` (token)
pub const KW_PRINT: Kind = 12;
/// `>>` (token)
pub const SHIFT_RIGHT: Kind = 13;
/// `assert` (token)
pub const KW_ASSERT: Kind = 14;
/// `:=` (token)
pub const WALRUS: Kind = 15;
/// `return` (token)
pub const KW_RETURN: Kind = 16;
/// `del` (token)
pub const KW_DEL: Kind = 17;
/// `raise` (token)
pub const KW_RAISE: Kind = 18;
/// `pass` (token)
pub const KW_PASS: Kind = 19;
/// `break` (token)
pub const KW_BREAK: Kind = 20;
/// `continue` (token)
pub const KW_CONTINUE: Kind = 21;
/// `if` (token)
pub const KW_IF: Kind = 22;
/// `:` (token)
pub const COLON: Kind = 23;
/// `elif` (token)
pub const KW_ELIF: Kind = 24;
/// `else` (token)
pub const KW_ELSE: Kind = 25;
/// `match` (token)
pub const KW_MATCH: Kind = 26;
/// `case` (token)
pub const KW_CASE: Kind = 27;
/// `async` (token)
pub const KW_ASYNC: Kind = 28;
/// `for` (token)
pub const KW_FOR: Kind = 29;
/// `in` (token)
pub const KW_IN: Kind = 30;
/// `while` (token)
pub const KW_WHILE: Kind = 31;
/// `try` (token)
pub const KW_TRY: Kind = 32;
/// `except` (token)
pub const KW_EXCEPT: Kind = 33;
/// `finally` (token)
pub const KW_FINALLY: Kind = 35;
/// `with` (token)
pub const KW_WITH: Kind = 36;
/// `def` (token)
pub const KW_DEF: Kind = 37;
/// `->` (token)
pub const ARROW: Kind = 38;
/// `**` (token)
pub const DOUBLE_STAR: Kind = 39;
/// `global` (token)
pub const KW_GLOBAL: Kind = 40;
/// `nonlocal` (token)
pub const KW_NONLOCAL: Kind = 41;
/// `exec` (token)
pub const KW_EXEC: Kind = 42;
/// `type` (token)
pub const KW_TYPE: Kind = 43;
/// `=` (token)
pub const EQUAL: Kind = 44;
/// `class` (token)
pub const KW_CLASS: Kind = 45;
/// `[` (token)
pub const L_BRACKET: Kind = 46;
/// `]` (token)
pub const R_BRACKET: Kind = 47;
/// `@` (token)
pub const AT: Kind = 48;
/// `-` (token)
pub const MINUS: Kind = 49;
/// `_` (token)
pub const UNDERSCORE: Kind = 50;
/// `|` (token)
pub const PIPE: Kind = 51;
/// `{` (token)
pub const L_BRACE: Kind = 52;
/// `}` (token)
pub const R_BRACE: Kind = 53;
/// `+` (token)
pub const PLUS: Kind = 54;
/// `not` (token)
pub const KW_NOT: Kind = 55;
/// `and` (token)
pub const KW_AND: Kind = 56;
/// `or` (token)
pub const KW_OR: Kind = 57;
/// `/` (token)
pub const SLASH: Kind = 58;
/// `%` (token)
pub const PERCENT: Kind = 59;
/// `//` (token)
pub const DOUBLE_SLASH: Kind = 60;
/// `~` (token)
pub const TILDE: Kind = 64;
/// `is` (token)
pub const KW_IS: Kind = 65;
/// `<` (token)
pub const LESS: Kind = 66;
/// `<=` (token)
pub const LESS_EQUAL: Kind = 67;
/// `==` (token)
pub const EQUAL_EQUAL: Kind = 68;
/// `!=` (token)
pub const NOT_EQUAL: Kind = 69;
/// `>=` (token)
pub const GREATER_EQUAL: Kind = 70;
/// `>` (token)
pub const GREATER: Kind = 71;
/// `lambda` (token)
pub const KW_LAMBDA: Kind = 73;
/// `yield` (token)
pub const KW_YIELD: Kind = 87;
/// `ellipsis`
pub const ELLIPSIS: Kind = 88;
/// `escape_sequence`
pub const ESCAPE_SEQUENCE: Kind = 89;
/// `\` (token)
pub const BACKSLASH: Kind = 90;
/// `type_conversion`
pub const TYPE_CONVERSION: Kind = 92;
/// `integer`
pub const INTEGER: Kind = 93;
/// `float`
pub const FLOAT: Kind = 94;
/// `await` (token)
pub const KW_AWAIT: Kind = 95;
/// `true`
pub const TRUE: Kind = 96;
/// `false`
pub const FALSE: Kind = 97;
/// `none`
pub const NONE: Kind = 98;
/// `comment`
pub const COMMENT: Kind = 99;
/// `line_continuation`
pub const LINE_CONTINUATION: Kind = 100;
/// `string_start`
pub const STRING_START: Kind = 104;
/// `escape_interpolation`
pub const ESCAPE_INTERPOLATION: Kind = 106;
/// `string_end`
pub const STRING_END: Kind = 107;
/// `module`
pub const MODULE: Kind = 108;
/// `import_statement`
pub const IMPORT_STATEMENT: Kind = 111;
/// `import_prefix`
pub const IMPORT_PREFIX: Kind = 112;
/// `relative_import`
pub const RELATIVE_IMPORT: Kind = 113;
/// `future_import_statement`
pub const FUTURE_IMPORT_STATEMENT: Kind = 114;
/// `import_from_statement`
pub const IMPORT_FROM_STATEMENT: Kind = 115;
/// `aliased_import`
pub const ALIASED_IMPORT: Kind = 117;
/// `wildcard_import`
pub const WILDCARD_IMPORT: Kind = 118;
/// `print_statement`
pub const PRINT_STATEMENT: Kind = 119;
/// `chevron`
pub const CHEVRON: Kind = 120;
/// `assert_statement`
pub const ASSERT_STATEMENT: Kind = 121;
/// `expression_statement`
pub const EXPRESSION_STATEMENT: Kind = 122;
/// `named_expression`
pub const NAMED_EXPRESSION: Kind = 123;
/// `return_statement`
pub const RETURN_STATEMENT: Kind = 125;
/// `delete_statement`
pub const DELETE_STATEMENT: Kind = 126;
/// `raise_statement`
pub const RAISE_STATEMENT: Kind = 127;
/// `pass_statement`
pub const PASS_STATEMENT: Kind = 128;
/// `break_statement`
pub const BREAK_STATEMENT: Kind = 129;
/// `continue_statement`
pub const CONTINUE_STATEMENT: Kind = 130;
/// `if_statement`
pub const IF_STATEMENT: Kind = 131;
/// `elif_clause`
pub const ELIF_CLAUSE: Kind = 132;
/// `else_clause`
pub const ELSE_CLAUSE: Kind = 133;
/// `match_statement`
pub const MATCH_STATEMENT: Kind = 134;
/// `block`
pub const BLOCK: Kind = 160;
/// `case_clause`
pub const CASE_CLAUSE: Kind = 136;
/// `for_statement`
pub const FOR_STATEMENT: Kind = 137;
/// `while_statement`
pub const WHILE_STATEMENT: Kind = 138;
/// `try_statement`
pub const TRY_STATEMENT: Kind = 139;
/// `except_clause`
pub const EXCEPT_CLAUSE: Kind = 140;
/// `finally_clause`
pub const FINALLY_CLAUSE: Kind = 141;
/// `with_statement`
pub const WITH_STATEMENT: Kind = 142;
/// `with_clause`
pub const WITH_CLAUSE: Kind = 143;
/// `with_item`
pub const WITH_ITEM: Kind = 144;
/// `function_definition`
pub const FUNCTION_DEFINITION: Kind = 145;
/// `parameters`
pub const PARAMETERS: Kind = 146;
/// `lambda_parameters`
pub const LAMBDA_PARAMETERS: Kind = 147;
/// `list_splat`
pub const LIST_SPLAT: Kind = 148;
/// `dictionary_splat`
pub const DICTIONARY_SPLAT: Kind = 149;
/// `global_statement`
pub const GLOBAL_STATEMENT: Kind = 150;
/// `nonlocal_statement`
pub const NONLOCAL_STATEMENT: Kind = 151;
/// `exec_statement`
pub const EXEC_STATEMENT: Kind = 152;
/// `type_alias_statement`
pub const TYPE_ALIAS_STATEMENT: Kind = 153;
/// `class_definition`
pub const CLASS_DEFINITION: Kind = 154;
/// `type_parameter`
pub const TYPE_PARAMETER: Kind = 155;
/// `parenthesized_list_splat`
pub const PARENTHESIZED_LIST_SPLAT: Kind = 156;
/// `argument_list`
pub const ARGUMENT_LIST: Kind = 157;
/// `decorated_definition`
pub const DECORATED_DEFINITION: Kind = 158;
/// `decorator`
pub const DECORATOR: Kind = 159;
/// `expression_list`
pub const EXPRESSION_LIST: Kind = 161;
/// `dotted_name`
pub const DOTTED_NAME: Kind = 162;
/// `case_pattern`
pub const CASE_PATTERN: Kind = 163;
/// `as_pattern`
pub const AS_PATTERN: Kind = 185;
/// `union_pattern`
pub const UNION_PATTERN: Kind = 166;
/// `list_pattern`
pub const LIST_PATTERN: Kind = 180;
/// `tuple_pattern`
pub const TUPLE_PATTERN: Kind = 179;
/// `dict_pattern`
pub const DICT_PATTERN: Kind = 169;
/// `keyword_pattern`
pub const KEYWORD_PATTERN: Kind = 171;
/// `splat_pattern`
pub const SPLAT_PATTERN: Kind = 172;
/// `class_pattern`
pub const CLASS_PATTERN: Kind = 173;
/// `complex_pattern`
pub const COMPLEX_PATTERN: Kind = 174;
/// `default_parameter`
pub const DEFAULT_PARAMETER: Kind = 181;
/// `typed_default_parameter`
pub const TYPED_DEFAULT_PARAMETER: Kind = 182;
/// `list_splat_pattern`
pub const LIST_SPLAT_PATTERN: Kind = 183;
/// `dictionary_splat_pattern`
pub const DICTIONARY_SPLAT_PATTERN: Kind = 184;
/// `not_operator`
pub const NOT_OPERATOR: Kind = 189;
/// `boolean_operator`
pub const BOOLEAN_OPERATOR: Kind = 190;
/// `binary_operator`
pub const BINARY_OPERATOR: Kind = 191;
/// `unary_operator`
pub const UNARY_OPERATOR: Kind = 192;
/// `not in` (token)
pub const NOT_IN: Kind = 193;
/// `is not` (token)
pub const IS_NOT: Kind = 194;
/// `comparison_operator`
pub const COMPARISON_OPERATOR: Kind = 195;
/// `lambda`
pub const LAMBDA: Kind = 196;
/// `assignment`
pub const ASSIGNMENT: Kind = 198;
/// `augmented_assignment`
pub const AUGMENTED_ASSIGNMENT: Kind = 199;
/// `pattern_list`
pub const PATTERN_LIST: Kind = 200;
/// `yield`
pub const YIELD: Kind = 202;
/// `attribute`
pub const ATTRIBUTE: Kind = 203;
/// `subscript`
pub const SUBSCRIPT: Kind = 204;
/// `slice`
pub const SLICE: Kind = 205;
/// `call`
pub const CALL: Kind = 206;
/// `typed_parameter`
pub const TYPED_PARAMETER: Kind = 207;
/// `type`
pub const TYPE: Kind = 208;
/// `splat_type`
pub const SPLAT_TYPE: Kind = 209;
/// `generic_type`
pub const GENERIC_TYPE: Kind = 210;
/// `union_type`
pub const UNION_TYPE: Kind = 211;
/// `constrained_type`
pub const CONSTRAINED_TYPE: Kind = 212;
/// `member_type`
pub const MEMBER_TYPE: Kind = 213;
/// `keyword_argument`
pub const KEYWORD_ARGUMENT: Kind = 214;
/// `list`
pub const LIST: Kind = 215;
/// `set`
pub const SET: Kind = 216;
/// `tuple`
pub const TUPLE: Kind = 217;
/// `dictionary`
pub const DICTIONARY: Kind = 218;
/// `pair`
pub const PAIR: Kind = 219;
/// `list_comprehension`
pub const LIST_COMPREHENSION: Kind = 220;
/// `dictionary_comprehension`
pub const DICTIONARY_COMPREHENSION: Kind = 221;
/// `set_comprehension`
pub const SET_COMPREHENSION: Kind = 222;
/// `generator_expression`
pub const GENERATOR_EXPRESSION: Kind = 223;
/// `parenthesized_expression`
pub const PARENTHESIZED_EXPRESSION: Kind = 225;
/// `for_in_clause`
pub const FOR_IN_CLAUSE: Kind = 227;
/// `if_clause`
pub const IF_CLAUSE: Kind = 228;
/// `conditional_expression`
pub const CONDITIONAL_EXPRESSION: Kind = 229;
/// `concatenated_string`
pub const CONCATENATED_STRING: Kind = 230;
/// `string`
pub const STRING: Kind = 231;
/// `string_content`
pub const STRING_CONTENT: Kind = 232;
/// `interpolation`
pub const INTERPOLATION: Kind = 233;
/// `format_specifier`
pub const FORMAT_SPECIFIER: Kind = 236;
/// `await`
pub const AWAIT: Kind = 237;
/// `positional_separator`
pub const POSITIONAL_SEPARATOR: Kind = 238;
/// `keyword_separator`
pub const KEYWORD_SEPARATOR: Kind = 239;
/// `as_pattern_target`
pub const AS_PATTERN_TARGET: Kind = 272;
/// `format_expression`
pub const FORMAT_EXPRESSION: Kind = 273;
/// Id of nodes that the parser could not fit into the grammar.
pub const ERROR: Kind = u16::MAX;

/// Field ids, as `TreeCursor::field_id` returns them.
pub mod field {
    /// `alias`
    pub const ALIAS: u16 = 1;
    /// `alternative`
    pub const ALTERNATIVE: u16 = 2;
    /// `argument`
    pub const ARGUMENT: u16 = 3;
    /// `arguments`
    pub const ARGUMENTS: u16 = 4;
    /// `attribute`
    pub const ATTRIBUTE: u16 = 5;
    /// `body`
    pub const BODY: u16 = 6;
    /// `cause`
    pub const CAUSE: u16 = 7;
    /// `code`
    pub const CODE: u16 = 8;
    /// `condition`
    pub const CONDITION: u16 = 9;
    /// `consequence`
    pub const CONSEQUENCE: u16 = 10;
    /// `definition`
    pub const DEFINITION: u16 = 11;
    /// `expression`
    pub const EXPRESSION: u16 = 12;
    /// `format_specifier`
    pub const FORMAT_SPECIFIER: u16 = 13;
    /// `function`
    pub const FUNCTION: u16 = 14;
    /// `guard`
    pub const GUARD: u16 = 15;
    /// `key`
    pub const KEY: u16 = 16;
    /// `left`
    pub const LEFT: u16 = 17;
    /// `module_name`
    pub const MODULE_NAME: u16 = 18;
    /// `name`
    pub const NAME: u16 = 19;
    /// `object`
    pub const OBJECT: u16 = 20;
    /// `operator`
    pub const OPERATOR: u16 = 21;
    /// `operators`
    pub const OPERATORS: u16 = 22;
    /// `parameters`
    pub const PARAMETERS: u16 = 23;
    /// `return_type`
    pub const RETURN_TYPE: u16 = 24;
    /// `right`
    pub const RIGHT: u16 = 25;
    /// `subject`
    pub const SUBJECT: u16 = 26;
    /// `subscript`
    pub const SUBSCRIPT: u16 = 27;
    /// `superclasses`
    pub const SUPERCLASSES: u16 = 28;
    /// `type`
    pub const TYPE: u16 = 29;
    /// `type_conversion`
    pub const TYPE_CONVERSION: u16 = 30;
    /// `type_parameters`
    pub const TYPE_PARAMETERS: u16 = 31;
    /// `value`
    pub const VALUE: u16 = 32;
}
