using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>What the terminal shows while the demo runs.</summary>
internal sealed class DemoView(string address, string expected)
{
    public IRenderable Draw(JsonNode? cameras, JsonNode? outputs, IReadOnlyList<ReceivedAlert> alerts, TimeSpan left)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("[bold]cameras[/]");
        foreach (var column in new[] { "camera", "state", "fps", "analysed", "dropped", "tracks", "alerts" })
            table.AddColumn(column);
        foreach (var camera in cameras?.AsArray() ?? [])
        {
            table.AddRow(
                Text(camera, "id"), Text(camera, "state"), Text(camera, "statistics", "framesPerSecond"),
                Text(camera, "statistics", "analyzed"), Text(camera, "statistics", "dropped"), Text(camera, "statistics", "tracks"),
                Text(camera, "statistics", "alerts"));
        }

        var arrived = new Table().Border(TableBorder.Rounded).Title("[bold]alerts as an MQTT subscriber got them[/]");
        foreach (var column in new[] { "topic", "person", "category", "similarity", "seq" })
            arrived.AddColumn(column);
        foreach (var alert in alerts)
        {
            arrived.AddRow(
                Markup.Escape(alert.Topic), $"[bold red]{Markup.Escape(alert.Name ?? alert.Kind)}[/]", Text(alert.Body, "match", "category"),
                Text(alert.Body, "match", "similarity"), Text(alert.Body, "seq"));
        }

        var lines = (outputs?["outputs"]?.AsArray() ?? []).Select(output => (bool)output!["active"]!
            ? $"[bold white on red] {Markup.Escape(Text(output, "id")).ToUpperInvariant()} ON [/]"
            : $"[grey]{Markup.Escape(Text(output, "id"))} off[/]");
        return new Rows(
            new Markup($"Looking for [bold]{Markup.Escape(expected)}[/]   ·   Swagger: [link]{address}/swagger[/]   ·   {left.TotalSeconds:0} s left"),
            table, arrived, new Markup("outputs (simulated): " + string.Join("  ", lines)));
    }

    private static string Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
            node = node?[step];
        return node is JsonValue value && value.TryGetValue(out double number)
            ? number.ToString("0.##", CultureInfo.InvariantCulture)
            : Markup.Escape(node?.ToString() ?? "–");
    }
}
