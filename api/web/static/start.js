// Starts GraphiQL on this page's own address, with the field explorer beside it.
"use strict";

const example = document.getElementById("example").content.textContent;
const fetcher = GraphiQL.createFetcher({
  url: window.location.pathname,
  subscriptionUrl: window.location.origin.replace(/^http/, "ws") + window.location.pathname,
});

function Editor() {
  const [query, setQuery] = React.useState(example);
  const explorer = GraphiQLPluginExplorer.useExplorerPlugin({ query, onEdit: setQuery });
  return React.createElement(GraphiQL, {
    fetcher,
    query,
    onEditQuery: setQuery,
    plugins: [explorer],
    defaultEditorToolsVisibility: false,
    isHeadersEditorEnabled: true,
  });
}

ReactDOM.render(React.createElement(Editor), document.getElementById("graphiql"));
