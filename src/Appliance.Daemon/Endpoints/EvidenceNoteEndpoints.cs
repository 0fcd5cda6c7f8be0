using System.Text.Json;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Evidence.Notes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Signed notes about the box itself: models it adopted, updates it sent. Leaves of the same log as alerts.</summary>
internal static class EvidenceNoteEndpoints
{
    public static void MapEvidenceNotes(this IEndpointRouteBuilder routes)
    {
        var notes = routes.MapGroup("/evidence/notes").WithTags("Evidence").RequireAuthorization(Policies.Viewer);
        notes.MapGet("", List);
        notes.MapGet("/{id}", Get);
        notes.MapGet("/{id}/export", Export).Produces(StatusCodes.Status200OK, contentType: "application/json")
            .RequireAuthorization(Policies.Operator);
    }

    /// <summary>Notes about the box, newest first.</summary>
    /// <param name="kind">Only of this kind, e.g. fl.</param>
    /// <param name="cursor"><c>next</c> of the page before.</param>
    /// <param name="limit">Notes per page, up to 200.</param>
    private static async Task<Ok<PageView<NoteView>>> List(
        string? kind, string? cursor, int? limit, ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok((await runtime.Store.Evidence.Notes(kind, cursor, Paging.Limit(limit), cancel)).ToView(NoteView.From));

    /// <summary>One note.</summary>
    private static async Task<Results<Ok<NoteView>, ProblemHttpResult>> Get(string id, ApplianceRuntime runtime, CancellationToken cancel) =>
        await runtime.Store.Evidence.FindNote(id, cancel) is { } note ? TypedResults.Ok(NoteView.From(note)) : Problems.NotFound("note", id);

    /// <summary>The note with signature, place in the log and keys: <c>watchpost evidence verify</c> checks the file anywhere. Audited.</summary>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Export(
        string id, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        var export = await runtime.Evidence.Exporter.ExportNote(id, Caller.Of(http), cancel);
        return export.Value is { } json
            ? TypedResults.File(json, "application/json", $"note-{id}.json")
            : Problems.From(export, "note", id);
    }
}

/// <summary>A signed note.</summary>
/// <param name="Id">ULID.</param>
/// <param name="At">When.</param>
/// <param name="Note">What it says: kind, subject, sha256, detail.</param>
/// <param name="Digest">SHA-256 of its canonical JSON.</param>
/// <param name="Signer">Address of the key.</param>
/// <param name="Signature">EIP-191 over the digest.</param>
/// <param name="Batch">Batch of the log.</param>
/// <param name="Leaf">Index in it.</param>
internal sealed record NoteView(
    string Id, DateTimeOffset At, JsonElement Note, string Digest, string Signer, string Signature, long Batch, int Leaf)
{
    public static NoteView From(NoteRecord record) => new(
        record.Id, record.At, JsonDocument.Parse(record.Json).RootElement, Convert.ToHexStringLower(record.Digest), record.Signer,
        EvidenceSignature.Format(record.Signature), record.Batch, record.Leaf);
}
