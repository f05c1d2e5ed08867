import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "src/api/generated", "public"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.js", "scripts/*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks, "jsx-a11y": jsxA11y },
    rules: {
      ...reactHooks.configs["recommended-latest"].rules,
      ...jsxA11y.flatConfigs.recommended.rules,
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/only-throw-error": ["error", { allow: ["Response"] }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "jsx-a11y/no-autofocus": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "HTML is never made from strings; see design/Markdown.",
        },
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@/features/*/*"], message: "A feature is entered through its index.ts." },
          ],
        },
      ],
    },
  },
  {
    rules: {
      "max-lines": ["error", { max: 250 }],
      // Every `?.` and `??` counts, so this is more than it seems.
      complexity: ["error", 16],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    files: ["src/canvas/operations/**/*.ts", "src/canvas/model/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { paths: ["react", "@xyflow/react"], patterns: ["@/features/*", "@/shell/*", "@/design/*"] },
      ],
    },
  },
  { files: ["scripts/*.mjs"], rules: { "no-console": "off" } },
);
