namespace Appliance.Store.Watchlist;

/// <summary>What a person's entry must satisfy.</summary>
public static class PersonRules
{
    public const int MaxName = 200;
    public const int MaxCategory = 64;
    public const int MaxLegalBasis = 500;
    public const int MaxReviewer = 200;
    public const int MaxNotes = 4000;

    /// <summary>Every fault as <c>(field, what is wrong)</c>; empty = fine.</summary>
    public static IReadOnlyList<(string Field, string Fault)> Check(PersonEntry entry)
    {
        var faults = new List<(string, string)>();
        Text("name", entry.Name, 1, MaxName);
        Text("category", entry.Category, 1, MaxCategory);
        Text("legalBasis", entry.LegalBasis, 1, MaxLegalBasis);
        Text("reviewer", entry.Reviewer, 0, MaxReviewer);
        Text("notes", entry.Notes, 0, MaxNotes, lines: true);
        return faults;

        void Text(string field, string? value, int min, int max, bool lines = false)
        {
            if (value is null || value.Trim().Length < min)
                faults.Add((field, "must not be empty"));
            else if (value.Length > max)
                faults.Add((field, $"must not be longer than {max} characters"));
            else if (value.Any(c => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t')) || HasLoneSurrogate(value))
                faults.Add((field, "must not hold control characters"));
        }
    }

    // A lone surrogate cannot be written as UTF-8: it would come back as another text than was given.
    private static bool HasLoneSurrogate(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 >= value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
