using System.Text.RegularExpressions;

namespace Appliance.Store.Users;

/// <summary>What names and passwords must satisfy.</summary>
public static partial class UserRules
{
    public const int MinPassword = 12;
    public const int MaxPassword = 256;

    /// <summary>Null = fine.</summary>
    public static string? CheckName(string name) =>
        NamePattern().IsMatch(name) ? null : "a user name is 1 to 64 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit";

    /// <summary>Null = fine. Length counts, not character classes (NIST SP 800-63B, 5.1.1.2).</summary>
    public static string? CheckPassword(string name, string password)
    {
        if (password.Length is < MinPassword or > MaxPassword)
            return $"a password has {MinPassword} to {MaxPassword} characters";
        if (password.Distinct().Count() < 4)
            return "the password repeats a few characters";
        return name.Length >= 4 && password.Contains(name, StringComparison.OrdinalIgnoreCase)
            ? "the password contains the user name"
            : null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();
}
