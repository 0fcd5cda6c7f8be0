using System.CommandLine;
using Appliance.Core.Recognition;
using Appliance.Daemon.Watchlist;
using Appliance.Inference;
using Appliance.Store;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Cli.Watchlist;

/// <summary><c>enroll</c>: puts people on the watchlist from photos; says of each photo why it was refused.</summary>
internal sealed class EnrollCommand : Verb
{
    private readonly Argument<string[]> _paths = new("PHOTOS")
    {
        Description = "Photos (with --name), or folders: each is a person named after it, or holds such folders.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _name = new("--name") { Description = "Whose photos they are." };

    private readonly Option<string> _category = new("--category") { Description = "Category of the site's policy, e.g. banned." };

    private readonly Option<string> _legalBasis = new("--legal-basis")
    {
        Description = "Why they may be listed, e.g. \"court order 12/2026\".",
    };

    private readonly Option<DateTimeOffset?> _expires = new("--expires") { Description = "From then on they no longer match." };

    private readonly Option<string> _reviewer = new("--reviewer") { Description = "Who checked the entry.", DefaultValueFactory = _ => "" };

    private readonly Option<string> _notes = new("--notes") { Description = "Anything else.", DefaultValueFactory = _ => "" };

    private readonly Option<string?> _person = new("--person") { Description = "Add the photos to this person (an id) instead of a new one." };

    public EnrollCommand()
        : base("enroll", "Puts people on the watchlist from photos. The daemon must not run; while it does, use REST.")
    {
        Add(_paths);
        foreach (var option in new Option[] { _name, _category, _legalBasis, _expires, _reviewer, _notes, _person })
            Add(option);
        // Not for more photos of somebody who is listed: their entry stays as it is.
        Validators.Add(result =>
        {
            if (result.GetValue(_person) is null && (result.GetValue(_category) is null || result.GetValue(_legalBasis) is null))
                result.AddError("Options '--category' and '--legal-basis' are required for a new person.");
        });
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var existing = arguments.GetValue(_person);
        var people = PhotoFolders.Find(arguments.GetValue(_paths)!, existing ?? arguments.GetValue(_name));
        await using var box = await CliBox.OpenAsync(arguments, cancel);
        var results = new List<EnrolledPerson>();
        try
        {
            foreach (var (name, photos) in people)
            {
                results.Add(existing is null
                    ? await EnrolNew(box, EntryOf(arguments, name), photos, cancel)
                    : await AddPhotos(box, new PersonId(existing), photos, cancel));
            }
        }
        catch (Exception error) when (error is InferenceException or StoreException)
        {
            throw new CliException(error.Message);
        }

        output.Write(new { people = results }, console =>
        {
            foreach (var line in results.SelectMany(person => person.Describe()))
                console.Profile.Out.Writer.WriteLine(line);
        });
        return results.All(person => person.Photos.Any(photo => photo.Accepted)) ? ExitCode.Done : ExitCode.Failed;
    }

    private PersonEntry EntryOf(ParseResult arguments, string name)
    {
        var entry = new PersonEntry
        {
            Name = name,
            Category = arguments.GetValue(_category)!,
            LegalBasis = arguments.GetValue(_legalBasis)!,
            ExpiresAt = arguments.GetValue(_expires),
            Reviewer = arguments.GetValue(_reviewer)!,
            Notes = arguments.GetValue(_notes)!,
        };
        var faults = PersonRules.Check(entry);
        return faults.Count == 0
            ? entry
            : throw new CliException(string.Join(Environment.NewLine, faults.Select(fault => $"{fault.Field} {fault.Fault}")), ExitCode.Usage);
    }

    private static async Task<EnrolledPerson> EnrolNew(
        CliBox box, PersonEntry entry, IReadOnlyList<string> photos, CancellationToken cancel)
    {
        var (accepted, views) = await Examine(box, photos, null, cancel);
        if (accepted.Count == 0)
            return new(null, entry.Name, views);

        var change = await box.Store.Watchlist.Add(entry, accepted, CliBox.Actor, cancel);
        return change is { IsDone: true, Value: { } person }
            ? new(person.Id.Value, person.Name, views)
            : throw new CliException($"{entry.Name}: {change.Reason}");
    }

    private static async Task<EnrolledPerson> AddPhotos(
        CliBox box, PersonId id, IReadOnlyList<string> photos, CancellationToken cancel)
    {
        var person = box.Store.Watchlist.Find(id) ?? throw new CliException($"there is no person '{id}'", ExitCode.Usage);
        var (accepted, views) = await Examine(box, photos, id, cancel);
        foreach (var photo in accepted)
        {
            var change = await box.Store.Watchlist.AddPhoto(id, null, photo, CliBox.Actor, cancel);
            if (!change.IsDone)
                throw new CliException($"{person.Name}: {change.Reason ?? change.Status.ToString()}");
        }

        return new(id.Value, person.Name, views);
    }

    private static async Task<(List<NewPhoto> Accepted, List<EnrolledPhoto> Views)> Examine(
        CliBox box, IReadOnlyList<string> photos, PersonId? whose, CancellationToken cancel)
    {
        var accepted = new List<NewPhoto>();
        var views = new List<EnrolledPhoto>();
        foreach (var file in photos)
        {
            var verdict = await box.Enrolment.Examine(await File.ReadAllBytesAsync(file, cancel), whose, cancel);
            if (verdict.Photo is { } photo)
                accepted.Add(photo);
            views.Add(new(file, verdict.Photo is not null, verdict.Photo?.Quality, verdict.Refusals));
        }

        return (accepted, views);
    }
}

/// <param name="Id">Null: not enrolled, because no photo was accepted.</param>
/// <param name="Name">Their name.</param>
/// <param name="Photos">What became of each photo.</param>
internal sealed record EnrolledPerson(string? Id, string Name, IReadOnlyList<EnrolledPhoto> Photos)
{
    public IEnumerable<string> Describe() =>
        Photos.Select(photo => photo.Accepted
                ? FormattableString.Invariant($"  {photo.File}: taken, quality {photo.Quality:0.00}")
                : $"  {photo.File}: refused, {string.Join("; ", photo.Refusals.Select(refusal => refusal.Detail))}")
            .Prepend(Id is null ? $"{Name}: NOT enrolled, no photo was accepted" : $"{Name}: {Id}");
}

internal sealed record EnrolledPhoto(string File, bool Accepted, float? Quality, IReadOnlyList<PhotoRefusal> Refusals);
