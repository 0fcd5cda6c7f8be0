using System.CommandLine;
using Appliance.Daemon.Endpoints;
using Appliance.Daemon.Watchlist;
using Appliance.Inference;

namespace Appliance.Daemon.Cli.Watchlist;

/// <summary><c>search</c>: who of the watchlist is on this photo?</summary>
internal sealed class SearchCommand : Verb
{
    private readonly Argument<string> _photo = new("PHOTO") { Description = "JPEG, PNG or WebP." };

    private readonly Option<int> _candidates = new("--candidates")
    {
        Description = "Persons per face, 1 to 10.",
        DefaultValueFactory = _ => 3,
    };

    public SearchCommand()
        : base("search", "Who of the watchlist is on this photo? The daemon must not run; while it does, use REST.")
    {
        Add(_photo);
        Add(_candidates);
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var path = arguments.GetValue(_photo)!;
        if (!File.Exists(path))
            throw new CliException($"{path}: no such file", ExitCode.Usage);

        await using var box = await CliBox.OpenAsync(arguments, cancel);
        try
        {
            var (faces, refusal) = await box.Enrolment.Search(
                await File.ReadAllBytesAsync(path, cancel), arguments.GetValue(_candidates), cancel);
            if (refusal is not null)
                throw new CliException(refusal.Detail);

            await box.Store.Audit.Append(CliBox.Actor, "watchlist.search", "", $"{faces.Count} faces", cancel);
            output.Write(new SearchView([.. faces.Select(FaceView.From)]), console =>
            {
                if (faces.Count == 0)
                    console.Profile.Out.Writer.WriteLine("no face found");
                foreach (var line in faces.SelectMany(Describe))
                    console.Profile.Out.Writer.WriteLine(line);
            });
            return ExitCode.Done;
        }
        catch (InferenceException error)
        {
            throw new CliException(error.Message);
        }
    }

    private static IEnumerable<string> Describe(FoundFace face)
    {
        yield return FormattableString.Invariant(
            $"face at {face.Box.X:0},{face.Box.Y:0} {face.Box.Width:0}×{face.Box.Height:0}, quality {face.Quality:0.00}{(face.Remark is null ? "" : ", " + face.Remark)}");
        foreach (var found in face.Candidates)
        {
            yield return FormattableString.Invariant(
                $"  {found.Similarity,6:0.000} {(found.IsMatch ? "MATCH" : "     ")} {found.Person.Name} ({found.Person.Category}) {found.Person.Id}");
        }
    }
}
