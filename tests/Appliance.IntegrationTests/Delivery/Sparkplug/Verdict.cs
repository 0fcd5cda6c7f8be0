namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>What a check found: how many things it judged, and what is wrong with them. Judging nothing is not passing.</summary>
internal sealed record Verdict(int Subjects, IReadOnlyList<string> Faults)
{
    public static Verdict operator +(Verdict one, Verdict other) => new(one.Subjects + other.Subjects, [.. one.Faults, .. other.Faults]);

    /// <param name="subjects">What is judged.</param>
    /// <param name="holds">Whether it is right.</param>
    public static Verdict Each<T>(IEnumerable<T> subjects, Func<T, bool> holds)
    {
        var count = 0;
        var faults = new List<string>();
        try
        {
            foreach (var subject in subjects)
            {
                count++;
                if (!Holds(subject, holds))
                    faults.Add(subject is WirePacket packet ? $"{packet.Kind} {packet.Topic} {packet.Payload}" : subject?.ToString() ?? "null");
            }
        }
        catch (Exception error) when (IsGap(error))
        {
            faults.Add("what is to be judged cannot be read");
        }

        return new(count, faults);
    }

    private static bool Holds<T>(T subject, Func<T, bool> holds)
    {
        try
        {
            return holds(subject);
        }
        catch (Exception error) when (IsGap(error))
        {
            return false;
        }
    }

    /// <summary>What a check takes for granted is missing.</summary>
    private static bool IsGap(Exception error) => error is NullReferenceException or InvalidOperationException or KeyNotFoundException;
}
