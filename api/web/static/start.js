// Starts GraphiQL on this page's own address, with the field explorer beside it and a tab for each example. Whoever
// was here before finds the tabs as they left them.
"use strict";

const examples = [...document.querySelectorAll("template.example")].map((each) => ({ query: each.content.textContent }));
const left = window.localStorage.getItem("graphiql:query"); // where GraphiQL keeps it
const fetcher = GraphiQL.createFetcher({
  url: window.location.pathname,
  subscriptionUrl: window.location.origin.replace(/^http/, "ws") + window.location.pathname,
});

function Editor() {
  const [query, setQuery] = React.useState(left ?? examples[0].query);
  const explorer = GraphiQLPluginExplorer.useExplorerPlugin({ query, onEdit: setQuery });
  return React.createElement(GraphiQL, {
    fetcher,
    query,
    defaultTabs: examples,
    onEditQuery: setQuery,
    plugins: [explorer],
    defaultEditorToolsVisibility: false,
    isHeadersEditorEnabled: true,
  });
}

ReactDOM.render(React.createElement(Editor), document.getElementById("graphiql"));
