using System.CommandLine;
using System.Text.Json;
using Appliance.Store;
using Spectre.Console;

namespace Appliance.Daemon.Cli;

/// <summary>
/// <c>evidence notes</c>: what the box swore to about itself. Asks the running daemon; with <c>--export</c> one note comes with all that
/// proves it, for <c>evidence verify</c>.
/// </summary>
internal sealed class EvidenceNotesCommand : Verb
{
    private readonly Option<int> _limit = new("--limit") { Description = "How many, newest first.", DefaultValueFactory = _ => 50 };
    private readonly Option<string?> _export = new("--export") { Description = "Write this note with its proof.", HelpName = "ID" };
    private readonly Option<FileInfo?> _out = new("--out", "-o") { Description = "The JSON file; default: note-ID.json." };

    public EvidenceNotesCommand()
        : base("notes", "Signed notes about the box itself: models it adopted, updates it sent.")
    {
        Add(_limit);
        Add(_export);
        Add(_out);
        Add(BoxClient.Url);
        Add(BoxClient.TokenFile);
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var box = BoxClient.Open(arguments);
        if (arguments.GetValue(_export) is { } id)
        {
            var note = await box.Get($"/api/v1/evidence/notes/{Uri.EscapeDataString(id)}/export", cancel);
            var path = arguments.GetValue(_out)?.FullName ?? Path.GetFullPath($"note-{id}.json");
            await File.WriteAllTextAsync(path, note.GetRawText(), cancel);
            output.Write(new { path }, console => console.Profile.Out.Writer.WriteLine(path));
            return ExitCode.Done;
        }

        var page = await box.Get($"/api/v1/evidence/notes?limit={Math.Clamp(arguments.GetValue(_limit), 1, 200)}", cancel);
        var items = page.GetProperty("items");
        output.Write(items, console =>
        {
            var table = new Table().AddColumns("Id", "UTC", "Subject", "SHA-256", "Batch", "Detail").Border(TableBorder.Rounded);
            foreach (var one in items.EnumerateArray())
            {
                var note = one.GetProperty("note");
                table.AddRow(
                    Text(one, "id"), Text(note, "utc"), Markup.Escape($"{Text(note, "kind")}.{Text(note, "subject")}"), $"{Text(note, "sha256")[..12]}…",
                    $"{one.GetProperty("batch")}", Markup.Escape(Text(note, "detail")));
            }

            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
